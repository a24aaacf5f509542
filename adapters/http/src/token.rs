//! `POST /oauth/token` (OAuth 2.1 §3.2).

mod form;
mod request;

use std::sync::Arc;

use domain::EnabledGrants;
use poem_openapi::{ApiResponse, Object, OpenApi};
use ports::inbound::{self, IssueTokens, TokenSet};

use self::form::TokenForm;
use crate::{
    Application, basic::BasicCredentials, failure::OAuthFailure, origin::Caller, params::OAuthForm,
    payload::Json, tags::Tag,
};

/// The token endpoint.
pub(crate) struct TokenApi {
    tokens: Arc<dyn IssueTokens>,
    grants: EnabledGrants,
}

impl TokenApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { tokens: app.tokens.clone(), grants: app.discover.capabilities().grant_types }
    }
}

#[OpenApi(tag = "Tag::Tokens")]
impl TokenApi {
    /// Trade a grant for tokens.
    ///
    /// Confidential clients authenticate as they are registered: in the header, or with
    /// `client_secret` in the body. Public clients send their `client_id`.
    #[oai(path = "/oauth/token", method = "post", operation_id = "issueTokens")]
    async fn issue(
        &self,
        basic: BasicCredentials,
        form: OAuthForm<TokenForm, OAuthFailure>,
        caller: Caller,
    ) -> Result<TokenResponse, OAuthFailure> {
        let (client, grant) = form.0.read(&self.grants)?.into_parts()?;
        let (client, origin) = (client.presented(basic)?, caller.0);
        let tokens = self.tokens.issue(inbound::TokenRequest { client, grant, origin }).await?;
        Ok(TokenResponse::Issued(Json(tokens.into())))
    }
}

#[derive(ApiResponse)]
enum TokenResponse {
    /// Tokens.
    #[oai(status = 200)]
    Issued(Json<TokenBody>),
}

/// OAuth 2.1 §3.2.3.
#[derive(Debug, Object)]
#[oai(rename = "Tokens", skip_serializing_if_is_none)]
struct TokenBody {
    /// The access token.
    access_token: String,
    /// Always `Bearer`.
    token_type: String,
    /// Seconds it lives.
    expires_in: u64,
    /// The refresh token, if the client may refresh.
    refresh_token: Option<String>,
    /// The ID token, if `openid` was granted (OIDC Core §3.1.3.3).
    id_token: Option<String>,
    /// What was granted, if any scope was.
    scope: Option<String>,
}

impl From<TokenSet> for TokenBody {
    fn from(tokens: TokenSet) -> Self {
        Self {
            access_token: tokens.access_token.expose().to_owned(),
            token_type: "Bearer".to_owned(),
            expires_in: tokens.expires_in,
            refresh_token: tokens.refresh_token.map(|token| token.expose().to_owned()),
            id_token: tokens.id_token.map(|token| token.expose().to_owned()),
            scope: Some(tokens.scope.to_string()).filter(|scope| !scope.is_empty()),
        }
    }
}
