//! Requests in JSON.

use std::marker::PhantomData;

use domain::{ErrorCode, OAuthError};
use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Map, Value};

use crate::{
    body::{self, malformed},
    failure::Unreadable,
};

const JSON: &str = "application/json";

/// Client metadata (RFC 7591 §2) in a JSON object. Whatever is wrong with it, the answer is an `E`.
#[derive(Debug)]
pub(crate) struct Metadata<T, E>(pub(crate) T, PhantomData<fn() -> E>);

impl<'a, T, E> ApiExtractor<'a> for Metadata<T, E>
where
    T: DeserializeOwned + Type,
    E: From<Unreadable> + Into<poem::Error>,
{
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content = vec![MetaMediaType { content_type: JSON, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: true })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let read = read(request, body).await;
        read.map(|read| Self(read, PhantomData)).map_err(|unreadable| E::from(unreadable).into())
    }
}

async fn read<T: DeserializeOwned>(
    request: &Request,
    body: &mut RequestBody,
) -> Result<T, Unreadable> {
    if !body::is(request.content_type(), JSON) {
        return Err(malformed(format!("the body must be {JSON}")).into());
    }
    let raw = body::read(body, body::JSON).await?;
    let text =
        str::from_utf8(&raw).map_err(|error| malformed("the body is not UTF-8").because(error))?;
    parse(text).map_err(Unreadable::from)
}

/// Read twice: as any JSON first, whose depth `serde_json` bounds even where nobody looks; then for
/// its members, of which none may be repeated, and whose errors are to have names.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T, OAuthError> {
    serde_json::from_str::<Map<String, Value>>(text)
        .map_err(|error| refuse(format!("the body must be a JSON object: {error}")))?;
    serde_path_to_error::deserialize(&mut Deserializer::from_str(text)).map_err(|error| {
        let (path, reason) = (error.path().to_string(), error.into_inner());
        refuse(format!("`{path}`: {reason}"))
    })
}

fn refuse(hint: String) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClientMetadata).hint(hint)
}
