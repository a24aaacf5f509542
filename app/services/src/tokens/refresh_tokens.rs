//! Refresh tokens that come back, and the families that they belong to.

use std::sync::Arc;

use domain::{
    Action, Cause, Client, Event, Genuine, Grant, OAuthError, RefreshFamily, RefreshLifetimes,
    RefreshToken, RequestSource, Revocable, Secret, TagKey,
};
use ports::outbound::{RefreshFamilies, StoreError, Stored};

use super::grant_status::GrantStatus;
use crate::{Context, context::broken};

/// Opens, recognises and revokes families of refresh tokens.
pub struct RefreshTokens {
    /// The store of families.
    pub families: Arc<dyn RefreshFamilies>,
    /// The key of the tokens' tags.
    pub tag_key: TagKey,
    /// Tells what was revoked.
    pub status: GrantStatus,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl RefreshTokens {
    /// Opens a family for a grant, and returns its first token.
    pub(super) async fn open(
        &self,
        grant: &Grant,
        lifetimes: &RefreshLifetimes,
    ) -> Result<Secret, OAuthError> {
        let salt = self.context.entropy.bytes();
        let family = RefreshFamily::open(grant.clone(), salt, lifetimes, self.context.now());
        let token = self.token(&family);
        self.families.insert(family).await.map_err(broken)?;
        Ok(token)
    }

    /// The current token of a family.
    pub(super) fn token(&self, family: &RefreshFamily) -> Secret {
        family.token(&self.tag_key)
    }

    /// The family of a token that was issued, and issued to this client. Nobody else learns or
    /// changes anything.
    pub(super) async fn recognise(
        &self,
        client: &Client,
        token: &RefreshToken,
    ) -> Result<Option<(Stored<RefreshFamily>, Genuine)>, OAuthError> {
        let held = self.families.find(&token.grant).await.map_err(broken)?;
        let held = held.filter(|held| held.value.grant.client == client.id);
        Ok(held.and_then(|held| {
            let genuine = held.value.recognise(token, &self.tag_key)?;
            Some((held, genuine))
        }))
    }

    /// The family of a token that its client could use now, as far as the family itself tells.
    pub(super) async fn current_family(
        &self,
        client: &Client,
        token: &RefreshToken,
    ) -> Result<Option<RefreshFamily>, OAuthError> {
        let Some((held, genuine)) = self.recognise(client, token).await? else { return Ok(None) };
        let current = held.value.is_current(genuine, self.context.now());
        Ok(current.then_some(held.value))
    }

    /// Revokes a family at the request of its client. A token that is not this client's changes nothing.
    pub(super) async fn revoke(
        &self,
        client: &Client,
        token: &RefreshToken,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        let Some((held, _)) = self.recognise(client, token).await? else { return Ok(()) };
        self.status.revocations.end(Revocable::Grant(token.grant.clone())).await?;
        // The entry above is what every check reads; the state of the row only says why.
        let family = held.value.clone().revoke(Cause::Request, self.context.now());
        won(self.families.replace(held.with(family.clone())).await)?;
        self.context.record(self.event(&family, Action::TokenRevoked, origin)).await
    }

    /// Records that a client has presented a token that was issued to another one.
    pub(super) async fn note_anothers(
        &self,
        client: &Client,
        token: &RefreshToken,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        let held = self.families.find(&token.grant).await.map_err(broken)?;
        let Some(family) = held.map(|held| held.value) else { return Ok(()) };
        let owner = &family.grant.client;
        if *owner == client.id || family.recognise(token, &self.tag_key).is_none() {
            return Ok(());
        }
        let event = self.event(&family, Action::TokenRefused, origin);
        let event = event.by(client.usual_actor()).refused(format!("it was issued to `{owner}`"));
        self.context.record(Event { client: Some(client.id.clone()), ..event }).await
    }

    /// An event about a family.
    pub(super) fn event(
        &self,
        family: &RefreshFamily,
        action: Action,
        origin: &RequestSource,
    ) -> Event {
        self.context.event(action, origin).about(&family.grant)
    }
}

/// Whether the write went through, as opposed to somebody else's having been faster.
pub(super) fn won(stored: Result<(), StoreError>) -> Result<bool, OAuthError> {
    match stored {
        Ok(()) => Ok(true),
        Err(StoreError::Conflict) => Ok(false),
        Err(error) => Err(broken(error)),
    }
}
