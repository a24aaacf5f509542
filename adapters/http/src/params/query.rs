//! Requests in a query.

use std::marker::PhantomData;

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef, Registry},
    types::Type,
};

use super::{FromParams, Params};
use crate::failure::Unreadable;

/// A query, documented as one exploded object: OpenAPI's way of describing parameters each under
/// its own name. Errors are reported as an `E`.
#[derive(Debug)]
pub(crate) struct OAuthQuery<T, E>(pub(crate) T, PhantomData<fn() -> E>);

impl<'a, T, E> ApiExtractor<'a> for OAuthQuery<T, E>
where
    T: FromParams + Type,
    E: From<Unreadable> + Into<poem::Error>,
{
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(T::schema_ref())
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let read = Params::decode(request.uri().query().unwrap_or_default());
        let read = read.and_then(T::from_params).map(|read| Self(read, PhantomData));
        read.map_err(|error| E::from(error.into()).into())
    }
}
