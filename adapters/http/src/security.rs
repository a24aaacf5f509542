//! Security requirements in the document for operations whose extractors do not declare one.

use std::marker::PhantomData;

use poem::{Request, RequestBody, Result};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, registry::Registry};

/// No security requirement: the operation is open to everyone.
#[derive(Debug)]
pub(crate) struct Anyone;

impl<'a> ApiExtractor<'a> for Anyone {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn has_security_fallback() -> bool {
        true
    }

    async fn from_request(
        _: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self)
    }
}

/// A cookie `S` that the endpoint reads by itself; a browser without it is sent to a page where it
/// gets one.
#[derive(Debug)]
pub(crate) struct Holder<S>(PhantomData<fn() -> S>);

impl<'a, S: ApiExtractor<'a>> ApiExtractor<'a> for Holder<S> {
    const TYPES: &'static [ApiExtractorType] = S::TYPES;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        S::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        S::security_schemes()
    }

    fn has_security_fallback() -> bool {
        true
    }

    async fn from_request(
        _: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(PhantomData))
    }
}
