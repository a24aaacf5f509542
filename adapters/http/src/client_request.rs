//! The extractor of the endpoints at which clients authenticate.

use domain::{ClientCredentials, OAuthError, RequestSource};
use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaRequest, Registry},
    types::Type,
};

use crate::{
    basic::{BasicScheme, ClientParams, credentials},
    failure::OAuthFailure,
    origin,
    params::{Params, form},
};

/// A form that carries the client's own parameters beside those of the endpoint.
pub(crate) trait ClientForm: Sized {
    /// The parameters of the endpoint, as the application takes them.
    type Content;

    /// Reads the form of a request.
    ///
    /// # Errors
    ///
    /// The form is malformed, or the server does not serve such requests.
    fn read(params: Params, request: &Request) -> Result<Self, OAuthError>;

    /// Separates the client's parameters from those of the endpoint.
    ///
    /// # Errors
    ///
    /// A parameter of the endpoint is malformed.
    fn into_parts(self) -> Result<(ClientParams, Self::Content), OAuthError>;
}

/// A form of a client that presents credentials, in the `Authorization` header or in the form itself
/// (OAuth 2.1 §2.4). The application verifies them.
pub(crate) struct ClientRequest<T: ClientForm> {
    /// The presented credentials.
    pub(crate) client: ClientCredentials,
    /// The parameters of the endpoint.
    pub(crate) content: T::Content,
    /// The source of the request, for the audit record.
    pub(crate) source: RequestSource,
}

impl<T: ClientForm> ClientRequest<T> {
    async fn read(request: &Request, body: &mut RequestBody) -> Result<Self, OAuthFailure> {
        let basic = credentials(request.headers())?;
        let params = form::read(request, body).await?;
        let (client, content) = T::read(params, request)?.into_parts()?;
        let client = client.presented(basic)?;
        Ok(Self { client, content, source: origin::source(request) })
    }
}

impl<'a, T: ClientForm + Type> ApiExtractor<'a> for ClientRequest<T> {
    const TYPES: &'static [ApiExtractorType] =
        &[ApiExtractorType::SecurityScheme, ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        BasicScheme::register(registry);
        form::register::<T>(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        BasicScheme::security_schemes()
    }

    fn has_security_fallback() -> bool {
        true
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(form::described::<T>(true))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self::read(request, body).await?)
    }
}
