//! The variable end of a path.

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef},
    types::Type,
};

/// The path and query as they were sent; the document shows the variable part. They are not
/// decoded, since the result need not be UTF-8.
#[derive(Debug)]
pub(crate) struct Tail(pub(crate) String);

impl<'a> ApiExtractor<'a> for Tail {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
    const PARAM_IS_REQUIRED: bool = true;

    type ParamType = ();
    type ParamRawType = ();

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Path)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(String::schema_ref())
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(request.uri().path_and_query().map_or_else(String::new, ToString::to_string)))
    }
}
