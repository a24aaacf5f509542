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
    /// Ask what a token is worth.
    ///
    /// For confidential clients: the one that the token was issued to, and those that the resource
    /// names. Everybody else is told that the token is not active.
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

/// A client, and a token of any kind (RFC 7009 §2.1, RFC 7662 §2.1).
#[derive(Debug, Deserialize, Object)]
pub(crate) struct TokenParams {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// The token.
    token: String,
    /// What the client takes the token for. Not needed: a token says itself what it is.
    token_type_hint: Option<String>,
}

impl TokenParams {
    /// Who asks, and about what.
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
    /// What the token is worth.
    #[oai(status = 200)]
    Answer(Json<IntrospectionBody>),
}
