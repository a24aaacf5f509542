//! What the document says about who may use an operation, where no extractor says it already.

use std::marker::PhantomData;

use poem::{Request, RequestBody, Result};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions, registry::Registry};

/// Nobody in particular: the operation is for everyone.
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

/// Whoever holds an `S`, a cookie that the endpoint looks at itself; others are told where to get
/// one.
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
