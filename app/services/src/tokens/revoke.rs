//! Token revocation (RFC 7009).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Client, ClientCredentials, OAuthError, RefreshToken, RequestSource, Secret};
use ports::inbound;

use super::{AccessTokens, RefreshTokens};
use crate::ClientAuthentication;

/// Revokes tokens at the request of the clients that they were issued to.
pub struct Revoke {
    /// Authenticates whoever asks.
    pub authentication: Arc<ClientAuthentication>,
    /// Verifies access tokens.
    pub access_tokens: Arc<AccessTokens>,
    /// Recognises refresh tokens.
    pub refresh_tokens: Arc<RefreshTokens>,
}

#[async_trait]
impl inbound::Revoke for Revoke {
    async fn revoke(
        &self,
        client: ClientCredentials,
        token: Secret,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        let work = async |client: Arc<Client>| self.end(&client, &token, origin).await;
        self.authentication.admit(&client, origin, work).await
    }
}

impl Revoke {
    async fn end(
        &self,
        client: &Client,
        token: &Secret,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        if let Some(token) = RefreshToken::parse(token) {
            return self.refresh_tokens.revoke(client, &token, origin).await;
        }
        match self.access_tokens.verify(token).filter(|claims| claims.client == client.id) {
            Some(claims) => self.access_tokens.revoke(client, claims, origin).await,
            None => Ok(()),
        }
    }
}
