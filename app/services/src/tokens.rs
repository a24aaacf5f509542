//! Tokens: the token endpoint (OAuth 2.1 §3.2), where each grant is a file, and what becomes of tokens
//! that come back.

mod access_tokens;
mod authorization_code;
mod client_credentials;
mod grant_status;
mod id_token_hint;
mod introspect;
mod mint;
mod refresh_token;
mod refresh_tokens;
mod revoke;
mod user_info;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Client, EnabledGrants, ErrorCode, Event, OAuthError, RequestSource, Secret};
use ports::{
    inbound::{self, PresentedGrant, TokenRequest, TokenSet},
    outbound::AuthorizationCodes,
};

use self::mint::Minted;
pub use self::{
    access_tokens::AccessTokens, grant_status::GrantStatus, id_token_hint::IdTokenHints,
    introspect::Introspect, mint::TokenMint, refresh_tokens::RefreshTokens, revoke::Revoke,
    user_info::UserInfo,
};
use crate::{ClientAuthentication, ClientCache, Context, Presence};

/// The token endpoint.
pub struct IssueTokens {
    /// The grant types that are switched on.
    pub grants: EnabledGrants,
    /// Authenticates the client.
    pub authentication: Arc<ClientAuthentication>,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// The store of authorization codes.
    pub codes: Arc<dyn AuthorizationCodes>,
    /// Opens and recognises families of refresh tokens.
    pub refresh_tokens: Arc<RefreshTokens>,
    /// Makes access tokens and ID tokens.
    pub mint: TokenMint,
    /// Knows when nobody could refresh.
    pub presence: Arc<Presence>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

#[async_trait]
impl inbound::IssueTokens for IssueTokens {
    async fn issue(&self, request: TokenRequest) -> Result<TokenSet, OAuthError> {
        let TokenRequest { client, grant, origin } = request;
        self.grants.check(grant.grant_type())?;
        let work = async |client: Arc<Client>| self.honour(&client, grant, &origin).await;
        self.authentication.admit(&client, &origin, work).await
    }
}

impl IssueTokens {
    async fn honour(
        &self,
        client: &Client,
        grant: PresentedGrant,
        origin: &RequestSource,
    ) -> Result<TokenSet, OAuthError> {
        match grant {
            PresentedGrant::AuthorizationCode { code, verifier, redirect_uri, wanted } => {
                let presented =
                    authorization_code::PresentedCode { code, verifier, redirect_uri, wanted };
                self.redeem_code(client, presented, origin).await
            }
            PresentedGrant::RefreshToken { refresh_token, wanted } => {
                self.refresh(client, &refresh_token, &wanted, origin).await
            }
            PresentedGrant::ClientCredentials { wanted } => {
                self.client_credentials(client, wanted, origin).await
            }
        }
    }

    /// Writes the event down, then hands the tokens out.
    async fn answer(
        &self,
        event: Event,
        minted: Minted,
        refresh_token: Option<Secret>,
        id_token: Option<Secret>,
    ) -> Result<TokenSet, OAuthError> {
        let event = Event { token: Some(minted.claims.lineage.token.clone()), ..event };
        self.context.record(event).await?;
        Ok(token_set(minted, refresh_token, id_token))
    }
}

/// The answer to a grant that is on record.
fn token_set(minted: Minted, refresh_token: Option<Secret>, id_token: Option<Secret>) -> TokenSet {
    TokenSet {
        expires_in: minted.expires_in(),
        access_token: minted.token,
        refresh_token,
        id_token,
        scope: minted.claims.scope,
    }
}

fn invalid_grant(hint: &str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidGrant).hint(hint)
}
