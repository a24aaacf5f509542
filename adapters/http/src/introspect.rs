//! `POST /oauth/introspect` (RFC 7662).

mod answer;

use std::sync::Arc;

use domain::{OAuthError, Secret};
use poem_openapi::{ApiResponse, Object, OpenApi};
use ports::inbound::Introspect;
use serde::Deserialize;

use self::answer::IntrospectionBody;
use crate::{
    Application,
    basic::{BasicCredentials, ClientParams},
    failure::OAuthFailure,
    origin::Caller,
    params::{FromParams, OAuthForm, Params},
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
        basic: BasicCredentials,
        form: OAuthForm<TokenParams, OAuthFailure>,
        caller: Caller,
    ) -> Result<IntrospectResponse, OAuthFailure> {
        let (client, token) = form.0.into_parts();
        let answer = self.introspect.introspect(client.presented(basic)?, token, &caller.0).await?;
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

impl TokenParams {
    /// The client authentication, and the token.
    pub(crate) fn into_parts(self) -> (ClientParams, Secret) {
        (self.client, Secret::new(self.token))
    }
}

impl FromParams for TokenParams {
    fn from_params(params: Params) -> Result<Self, OAuthError> {
        params.parse()
    }
}

#[derive(ApiResponse)]
enum IntrospectResponse {
    /// The state of the token.
    #[oai(status = 200)]
    Answer(Json<IntrospectionBody>),
}
