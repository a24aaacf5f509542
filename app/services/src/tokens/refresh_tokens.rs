//! Refresh tokens that come back, and the families that they belong to.

use std::sync::Arc;

use domain::{
    Action, Approval, Cause, Client, Event, Genuine, OAuthError, Origin, RefreshFamily,
    RefreshLifetimes, RefreshToken, Revocable, Secret, TagKey,
};
use ports::outbound::{RefreshFamilies, StoreError, Stored};

use super::grant_status::GrantStatus;
use crate::{World, context::broken};

/// Opens, recognises and revokes families of refresh tokens.
pub struct RefreshTokens {
    /// The store of families.
    pub families: Arc<dyn RefreshFamilies>,
    /// The key of the tokens' tags.
    pub tag_key: TagKey,
    /// Tells what was revoked.
    pub status: GrantStatus,
    /// Time, chance and the audit record.
    pub world: World,
}

impl RefreshTokens {
    /// Opens a family for a grant, and returns its first token.
    pub(super) async fn open(
        &self,
        approval: &Approval,
        lifetimes: &RefreshLifetimes,
    ) -> Result<Secret, OAuthError> {
        let salt = self.world.entropy.bytes();
        let family = RefreshFamily::open(approval.clone(), salt, lifetimes, self.world.now());
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
        let held = held.filter(|held| held.value.approval.client == client.id);
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
        let current = held.value.is_current(genuine, self.world.now());
        Ok(current.then_some(held.value))
    }

    /// Revokes a family at the request of its client. A token that is not this client's changes nothing.
    pub(super) async fn revoke(
        &self,
        client: &Client,
        token: &RefreshToken,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        let Some((held, _)) = self.recognise(client, token).await? else { return Ok(()) };
        self.status.revocations.end(Revocable::Grant(token.grant.clone())).await?;
        // The entry above is what every check reads; the state of the row only says why.
        let family = held.value.clone().revoke(Cause::Request, self.world.now());
        won(self.families.replace(held.with(family.clone())).await)?;
        self.world.record(self.event(&family, Action::TokenRevoked, origin)).await
    }

    /// Records that a client has presented a token that was issued to another one.
    pub(super) async fn note_anothers(
        &self,
        client: &Client,
        token: &RefreshToken,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        let held = self.families.find(&token.grant).await.map_err(broken)?;
        let Some(family) = held.map(|held| held.value) else { return Ok(()) };
        let owner = &family.approval.client;
        if *owner == client.id || family.recognise(token, &self.tag_key).is_none() {
            return Ok(());
        }
        let event = self.event(&family, Action::TokenRefused, origin);
        let event = event.by(client.usual_actor()).refused(format!("it was issued to `{owner}`"));
        self.world.record(Event { client: Some(client.id.clone()), ..event }).await
    }

    /// An event about a family.
    pub(super) fn event(&self, family: &RefreshFamily, action: Action, origin: &Origin) -> Event {
        self.world.event(action, origin).about(&family.approval)
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
