//! Requests in the body of a form.

use std::marker::PhantomData;

use poem::{Body, Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaMediaType, MetaRequest, Registry},
    types::Type,
};

use super::{FromParams, Params, alternatives::list_members};
use crate::{
    body::{self, BudgetShare, malformed},
    failure::Unreadable,
};

const FORM: &str = "application/x-www-form-urlencoded";

fn is_form(request: &Request) -> bool {
    body::is(request.content_type(), FORM)
}

/// Describes a form body with the members of a `T`.
pub(crate) fn described<T: Type>(required: bool) -> MetaRequest {
    let content = vec![MetaMediaType { content_type: FORM, schema: T::schema_ref() }];
    MetaRequest { description: None, content, required }
}

/// Adds the schema of a form to the document.
pub(crate) fn register<T: Type>(registry: &mut Registry) {
    T::register(registry);
    list_members::<T>(registry);
}

/// Reads a form body.
///
/// # Errors
///
/// The body is no form, is too large or is malformed.
pub(crate) async fn read<T: FromParams>(
    request: &Request,
    body: &mut RequestBody,
) -> Result<T, Unreadable> {
    if !is_form(request) {
        return Err(malformed(format!("the body must be {FORM}")).into());
    }
    let body = body.take().unwrap_or_else(|_| Body::empty());
    let raw = body::read(body, BudgetShare::of(request)).await?;
    let text =
        str::from_utf8(&raw).map_err(|error| malformed("the body is not UTF-8").because(error))?;
    Params::decode(text).and_then(T::from_params).map_err(Unreadable::from)
}

/// An optional form body: `None` if the body has another media type.
#[derive(Debug)]
pub(crate) struct MaybeForm<T, E>(pub(crate) Option<T>, PhantomData<fn() -> E>);

impl<'a, T, E> ApiExtractor<'a> for MaybeForm<T, E>
where
    T: FromParams + Type,
    E: From<Unreadable> + Into<poem::Error>,
{
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(described::<T>(false))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        if !is_form(request) {
            return Ok(Self(None, PhantomData));
        }
        let form = read(request, body).await.map_err(|unreadable| E::from(unreadable).into())?;
        Ok(Self(Some(form), PhantomData))
    }
}
