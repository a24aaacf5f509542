//! Token introspection (RFC 7662).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    AccessClaims, AuthMethod, Client, ErrorCode, OAuthError, Origin, Presented, RefreshToken,
    ResourceUri, Secret,
};
use ports::inbound::{self, Introspection};

use crate::{IssueTokens, directory::Holder, limits::limit_failures};

/// Says what a token is worth.
pub struct Introspect {
    /// Knows the tokens.
    pub tokens: Arc<IssueTokens>,
}

#[async_trait]
impl inbound::Introspect for Introspect {
    async fn introspect(
        &self,
        client: Presented,
        token: Secret,
        origin: &Origin,
    ) -> Result<Introspection, OAuthError> {
        let looked = self.look(&client, token, origin);
        let limits = self.tokens.limits.as_ref();
        let answer = limit_failures(limits, &client.client, origin, looked).await;
        self.tokens.world.note_limit(answer, origin).await
    }
}

impl Introspect {
    async fn look(
        &self,
        client: &Presented,
        token: Secret,
        origin: &Origin,
    ) -> Result<Introspection, OAuthError> {
        let client = self.tokens.authenticate(client, origin).await?;
        if client.auth_method() == AuthMethod::None {
            let hint = "introspection needs a client that can authenticate";
            return Err(OAuthError::new(ErrorCode::InvalidClient).hint(hint));
        }
        match RefreshToken::parse(&token) {
            Some(token) => self.refresh_token(&client, &token).await,
            None => self.access_token(&client, &token).await,
        }
    }

    async fn access_token(
        &self,
        client: &Client,
        token: &Secret,
    ) -> Result<Introspection, OAuthError> {
        let Ok(claims) = self.tokens.mint.keys.verifier().access_token(token) else {
            return Ok(Introspection::Inactive);
        };
        if !self.tokens.mint.is_current(&claims) || !self.may_know(client, &claims) {
            return Ok(Introspection::Inactive);
        }
        Ok(match self.tokens.directory.holds(&claims).await? {
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
        let Some(family) = self.tokens.current_family(client, token).await? else {
            return Ok(Introspection::Inactive);
        };
        Ok(match self.tokens.directory.upholds(&family.approval).await? {
            None => Introspection::Inactive,
            Some(user) => Introspection::Refresh {
                expires_at: family.expires_at.min(family.idle_expires_at),
                approval: Box::new(family.approval),
                username: Some(user.username.as_str().to_owned()),
            },
        })
    }

    /// The client the token was issued to, and the resource servers it is for (RFC 7662 §4).
    fn may_know(&self, client: &Client, claims: &AccessClaims) -> bool {
        let catalog = &self.tokens.mint.catalog;
        let named = |audience: &String| {
            let uri = ResourceUri::parse(audience).ok();
            let resource = uri.as_ref().and_then(|uri| catalog.find(uri));
            resource.is_some_and(|resource| resource.introspectors.contains(&client.id))
        };
        claims.client == client.id || claims.audience.iter().any(named)
    }
}
