//! Token revocation (RFC 7009).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Action, Client, Event, OAuthError, Origin, Presented, RefreshToken, Secret};
use ports::inbound;

use crate::{IssueTokens, limits::limit_failures};

/// Ends tokens.
pub struct Revoke {
    /// Knows the tokens.
    pub tokens: Arc<IssueTokens>,
}

#[async_trait]
impl inbound::Revoke for Revoke {
    async fn revoke(
        &self,
        client: Presented,
        token: Secret,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        let ended = self.end(&client, token, origin);
        let limits = self.tokens.limits.as_ref();
        let answer = limit_failures(limits, &client.client, origin, ended).await;
        self.tokens.world.note_limit(answer, origin).await
    }
}

impl Revoke {
    async fn end(
        &self,
        client: &Presented,
        token: Secret,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        let client = self.tokens.authenticate(client, origin).await?;
        match RefreshToken::parse(&token) {
            Some(token) => self.refresh_token(&client, &token, origin).await,
            None => self.access_token(&client, &token, origin).await,
        }
    }

    async fn refresh_token(
        &self,
        client: &Client,
        token: &RefreshToken,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        let Some(family) = self.tokens.revoke_family(client, token).await? else { return Ok(()) };
        let event = Event {
            subject: Some(family.approval.subject),
            client: Some(client.id.clone()),
            grant: Some(family.approval.grant),
            ..self.tokens.world.event(Action::TokenRevoked, origin)
        };
        self.tokens.world.record(event).await
    }

    async fn access_token(
        &self,
        client: &Client,
        token: &Secret,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        let Ok(claims) = self.tokens.mint.keys.verifier().access_token(token) else {
            return Ok(());
        };
        if claims.client != client.id || !self.tokens.mint.is_current(&claims) {
            return Ok(());
        }
        let revocation = claims.revocation();
        self.tokens.directory.revocations.revoke(revocation.what, revocation.expires_at).await?;
        let event = Event {
            subject: Some(claims.subject),
            client: Some(claims.client),
            grant: Some(claims.lineage.grant),
            token: Some(claims.lineage.token),
            ..self.tokens.world.event(Action::TokenRevoked, origin)
        };
        self.tokens.world.record(event).await
    }
}
