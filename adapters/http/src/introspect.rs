//! `POST /oauth/introspect` (RFC 7662).

mod answer;

use std::sync::Arc;

use domain::{OAuthError, Secret};
use poem::Request;
use poem_openapi::{ApiResponse, Object, OpenApi};
use ports::inbound::Introspect;
use serde::Deserialize;

use self::answer::IntrospectionBody;
use crate::{
    Application,
    basic::ClientParams,
    client_request::{ClientForm, ClientRequest},
    failure::OAuthFailure,
    params::Params,
    payload::Json,
    tags::Tag,
};

/// The introspection endpoint.
pub(crate) struct IntrospectApi {
    introspect: Arc<dyn Introspect>,
    issuer: String,
}

impl IntrospectApi {
    pub(crate) fn new(app: &Application) -> Self {
        let issuer = app.discover.issuer().to_string();
        Self { introspect: app.introspect.clone(), issuer }
    }
}

#[OpenApi(tag = "Tag::Tokens")]
impl IntrospectApi {
    /// Introspect an access token or refresh token (RFC 7662)
    ///
    /// For confidential clients: the client that the token was issued to, and the clients that the
    /// resource of the token names. Every other client is told that the token is not active.
    #[oai(path = "/oauth/introspect", method = "post", operation_id = "introspectToken")]
    async fn introspect(
        &self,
        request: ClientRequest<TokenParams>,
    ) -> Result<IntrospectResponse, OAuthFailure> {
        let ClientRequest { client, content: token, source } = request;
        let answer = self.introspect.introspect(client, token, &source).await?;
        Ok(IntrospectResponse::Answer(Json(IntrospectionBody::new(answer, &self.issuer))))
    }
}

/// Client authentication, and the token (RFC 7009 §2.1, RFC 7662 §2.1).
#[derive(Debug, Deserialize, Object)]
pub(crate) struct TokenParams {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// The access token or refresh token.
    token: String,
    /// The type of the token: `access_token` or `refresh_token`. Ignored, since the server
    /// recognizes its tokens.
    token_type_hint: Option<String>,
}

impl ClientForm for TokenParams {
    type Content = Secret;

    fn read(params: Params, _: &Request) -> Result<Self, OAuthError> {
        params.parse()
    }

    fn into_parts(self) -> Result<(ClientParams, Secret), OAuthError> {
        Ok((self.client, Secret::new(self.token)))
    }
}

#[derive(ApiResponse)]
enum IntrospectResponse {
    /// The state of the token.
    #[oai(status = 200)]
    Answer(Json<IntrospectionBody>),
}
