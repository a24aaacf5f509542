//! Access tokens that come back.

use std::{sync::Arc, time::Duration};

use domain::{AccessClaims, Action, Client, Event, Issuer, OAuthError, RequestSource, Secret};

use super::grant_status::{GrantStatus, Holder};
use crate::{Context, Keys};

/// The most that the clocks of two instances may be apart.
const SKEW: Duration = Duration::from_secs(30);

/// Verifies and revokes access tokens.
pub struct AccessTokens {
    /// The `iss` of every token of this server.
    pub issuer: Issuer,
    /// The keys that tokens are signed with.
    pub keys: Arc<Keys>,
    /// Tells what was revoked.
    pub status: GrantStatus,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl AccessTokens {
    /// Verifies an access token and returns its claims, unless its time has not come or is over.
    /// Whether it was revoked is not looked at.
    pub(super) fn verify(&self, token: &Secret) -> Option<AccessClaims> {
        let claims = self.keys.verifier().access_token(token).ok()?;
        let now = self.context.now();
        let is_current = claims.issuer == self.issuer.as_str()
            && claims.issued_at <= now.after(SKEW)
            && now < claims.expires_at;
        is_current.then_some(claims)
    }

    /// The holder of a verified token; `None` if it, or anything that it descends from, was revoked.
    pub(super) async fn holder(&self, claims: &AccessClaims) -> Result<Option<Holder>, OAuthError> {
        self.status.active_token(claims).await
    }

    /// Revokes a verified token of a client. One that was revoked already leaves nothing new.
    pub(super) async fn revoke(
        &self,
        client: &Client,
        claims: AccessClaims,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        let revocation = claims.revocation();
        if self.status.revocations.is_revoked(revocation.what.clone()) {
            return Ok(());
        }
        self.status.revocations.revoke(revocation.what, revocation.expires_at).await?;
        let event = Event {
            subject: Some(claims.subject),
            client: Some(claims.client),
            grant: Some(claims.lineage.grant),
            token: Some(claims.lineage.token),
            ..self.context.event(Action::TokenRevoked, origin).by(client.own_actor())
        };
        self.context.record(event).await
    }
}
