//! `POST /oauth/token` (OAuth 2.1 §3.2).

mod request;

use std::sync::Arc;

use poem_openapi::{ApiResponse, Object, OpenApi};
use ports::inbound::{self, IssueTokens, TokenSet};

use self::request::TokenRequest;
use crate::{client_request::ClientRequest, failure::OAuthFailure, payload::Json, tags::Tag};

/// The token endpoint.
pub(crate) struct TokenApi {
    tokens: Arc<dyn IssueTokens>,
}

impl TokenApi {
    pub(crate) fn new(tokens: Arc<dyn IssueTokens>) -> Self {
        Self { tokens }
    }
}

#[OpenApi(tag = "Tag::Tokens")]
impl TokenApi {
    /// Exchange a code, refresh token or client credentials for tokens
    ///
    /// A confidential client authenticates with its registered method: HTTP Basic, or
    /// `client_secret` in the body. A public client sends its `client_id`.
    #[oai(path = "/oauth/token", method = "post", operation_id = "issueTokens")]
    async fn issue(
        &self,
        request: ClientRequest<TokenRequest>,
    ) -> Result<TokenResponse, OAuthFailure> {
        let ClientRequest { client, content: grant, source: origin } = request;
        let tokens = self.tokens.issue(inbound::TokenRequest { client, grant, origin }).await?;
        Ok(TokenResponse::Issued(Json(tokens.into())))
    }
}

#[derive(ApiResponse)]
enum TokenResponse {
    /// The issued tokens.
    #[oai(status = 200)]
    Issued(Json<TokenBody>),
}

/// A token response (OAuth 2.1 §3.2.3).
#[derive(Debug, Object)]
#[oai(rename = "Tokens", skip_serializing_if_is_none)]
struct TokenBody {
    /// The access token.
    access_token: String,
    /// The type of the access token: always `Bearer`.
    token_type: String,
    /// The lifetime of the access token, in seconds.
    expires_in: u64,
    /// The refresh token, if the client may use the refresh token grant.
    refresh_token: Option<String>,
    /// The ID token, if the scope `openid` was granted (OIDC Core §3.1.3.3).
    id_token: Option<String>,
    /// The granted scopes, separated by spaces. Left out if there are none.
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
