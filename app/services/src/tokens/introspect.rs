//! Token introspection (RFC 7662).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    AccessClaims, AuthMethod, Catalog, Client, ClientCredentials, ErrorCode, OAuthError,
    RefreshToken, RequestSource, ResourceUri, Secret,
};
use ports::inbound::{self, Introspection};

use super::{AccessTokens, RefreshTokens, grant_status::Holder};
use crate::ClientAuthentication;

/// Tells clients and resource servers whether a token is active.
pub struct Introspect {
    /// Authenticates whoever asks.
    pub authentication: Arc<ClientAuthentication>,
    /// Verifies access tokens.
    pub access_tokens: Arc<AccessTokens>,
    /// Recognises refresh tokens.
    pub refresh_tokens: Arc<RefreshTokens>,
    /// The resources, and who introspects their tokens.
    pub catalog: Arc<Catalog>,
}

#[async_trait]
impl inbound::Introspect for Introspect {
    async fn introspect(
        &self,
        client: ClientCredentials,
        token: Secret,
        origin: &RequestSource,
    ) -> Result<Introspection, OAuthError> {
        let work = async |client: Arc<Client>| self.look(&client, &token).await;
        self.authentication.admit(&client, origin, work).await
    }
}

impl Introspect {
    async fn look(&self, client: &Client, token: &Secret) -> Result<Introspection, OAuthError> {
        if client.auth_method() == AuthMethod::None {
            let hint = "introspection needs a client that can authenticate";
            return Err(OAuthError::new(ErrorCode::InvalidClient).hint(hint));
        }
        match RefreshToken::parse(token) {
            Some(token) => self.refresh_token(client, &token).await,
            None => self.access_token(client, token).await,
        }
    }

    async fn access_token(
        &self,
        client: &Client,
        token: &Secret,
    ) -> Result<Introspection, OAuthError> {
        let claims = self.access_tokens.verify(token);
        let Some(claims) = claims.filter(|claims| self.may_know(client, claims)) else {
            return Ok(Introspection::Inactive);
        };
        Ok(match self.access_tokens.holder(&claims).await? {
            None => Introspection::Inactive,
            Some(holder) => {
                let username = match holder {
                    Holder::Client => None,
                    Holder::Person(user) => Some(user.username.as_str().to_owned()),
                };
                Introspection::Access { claims: Box::new(claims), username }
            }
        })
    }

    /// Only its client can use a refresh token, so nobody else learns of it.
    async fn refresh_token(
        &self,
        client: &Client,
        token: &RefreshToken,
    ) -> Result<Introspection, OAuthError> {
        let Some(family) = self.refresh_tokens.current_family(client, token).await? else {
            return Ok(Introspection::Inactive);
        };
        Ok(match self.refresh_tokens.status.active_grant(&family.grant).await? {
            None => Introspection::Inactive,
            Some(user) => Introspection::Refresh {
                expires_at: family.expires_at.min(family.idle_expires_at),
                grant: Box::new(family.grant),
                username: Some(user.username.as_str().to_owned()),
            },
        })
    }

    /// The client the token was issued to, and the resource servers it is for (RFC 7662 §4).
    fn may_know(&self, client: &Client, claims: &AccessClaims) -> bool {
        let named = |audience: &String| {
            let uri = ResourceUri::parse(audience).ok();
            let resource = uri.as_ref().and_then(|uri| self.catalog.find(uri));
            resource.is_some_and(|resource| resource.introspectors.contains(&client.id))
        };
        claims.client == client.id || claims.audience.iter().any(named)
    }
}
