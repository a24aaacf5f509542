//! Requests in a JSON body.

use std::marker::PhantomData;

use domain::{ErrorCode, OAuthError};
use poem::{Body, Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;
use serde_json::{Deserializer, Map, Value};

use crate::{
    body::{self, BudgetShare, malformed},
    failure::Unreadable,
};

const JSON: &str = "application/json";

/// Client metadata (RFC 7591 §2) in a JSON object. The body is not read before the endpoint asks
/// for it, so that a caller who may not register is refused without it. Errors are reported as an
/// `E`.
#[derive(Debug)]
pub(crate) struct Metadata<T, E> {
    is_json: bool,
    body: Body,
    share: BudgetShare,
    read_as: PhantomData<fn() -> (T, E)>,
}

impl<T: DeserializeOwned, E: From<Unreadable>> Metadata<T, E> {
    /// Reads the body.
    ///
    /// # Errors
    ///
    /// The body is too large, is no JSON object, or has a member of the wrong type.
    pub(crate) async fn read(self) -> Result<T, E> {
        if !self.is_json {
            return Err(Unreadable::from(malformed(format!("the body must be {JSON}"))).into());
        }
        let raw = body::read(self.body, self.share).await?;
        let read = str::from_utf8(&raw)
            .map_err(|error| malformed("the body is not UTF-8").because(error))
            .and_then(parse);
        read.map_err(|error| Unreadable::from(error).into())
    }
}

impl<'a, T, E> ApiExtractor<'a> for Metadata<T, E>
where
    T: DeserializeOwned + Type,
    E: From<Unreadable>,
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
        Ok(Self {
            is_json: body::is(request.content_type(), JSON),
            body: body.take().unwrap_or_else(|_| Body::empty()),
            share: BudgetShare::of(request),
            read_as: PhantomData,
        })
    }
}

/// Parses twice: first as any JSON, whose depth `serde_json` limits even in members that are
/// ignored; then the members, of which none may be repeated, and whose errors name the member.
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
