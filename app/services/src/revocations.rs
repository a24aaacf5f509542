//! The list of everything that was revoked, and the one check against it.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use domain::{
    ClientId, Grant, Lifetimes, Lineage, OAuthError, Revocable, Revocation, Scope, Timestamp,
};
use ports::outbound::{Clock, Consents, Revocations, StoreError};

use crate::context::broken;

/// Every live revocation, in memory: introspection and refresh ask about each link of a token's
/// lineage, and none of that may cost a query.
///
/// What is revoked here is known here at once; what another process revokes is known after the next
/// look at [`ports::outbound::Changes`].
pub struct RevocationList {
    store: Arc<dyn Revocations>,
    clock: Arc<dyn Clock>,
    lifetimes: Lifetimes,
    known: RwLock<HashMap<Revocable, Timestamp>>,
}

impl RevocationList {
    /// Reads every revocation that is kept.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn open(
        store: Arc<dyn Revocations>,
        clock: Arc<dyn Clock>,
        lifetimes: Lifetimes,
    ) -> Result<Self, StoreError> {
        let list = Self { store, clock, lifetimes, known: RwLock::default() };
        list.reload().await?;
        Ok(list)
    }

    /// Reads every revocation again, also what has expired and is still kept: after the server was
    /// away for long, a consent may be stored that one of them has ended.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn reload(&self) -> Result<(), StoreError> {
        for revocation in self.store.live(Timestamp::from_unix(0)).await? {
            self.note(revocation);
        }
        Ok(())
    }

    /// Remembers a revocation that is stored already.
    pub(crate) fn note(&self, Revocation { what, expires_at }: Revocation) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let held = known.entry(what).or_insert(expires_at);
        *held = (*held).max(expires_at);
    }

    /// Drops what has expired: no token that descends from it can be alive. The consents that it
    /// ended must be gone from the store.
    pub fn forget_expired(&self) {
        let now = self.clock.now();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, expires_at| *expires_at > now);
    }

    /// Revokes `what`, and with it everything that descends from it, for as long as any of that could
    /// live.
    pub(crate) async fn end(&self, what: Revocable) -> Result<(), OAuthError> {
        let expires_at = what.outlived_at(&self.lifetimes, self.clock.now());
        self.revoke(what, expires_at).await
    }

    /// Revokes every consent that was given to a client.
    pub(crate) async fn end_consents(
        &self,
        consents: &dyn Consents,
        client: &ClientId,
    ) -> Result<(), OAuthError> {
        let now = self.clock.now();
        let until = self.lifetimes.end_of_grants(now);
        for ended in consents.end_all(client, until, now).await.map_err(broken)? {
            self.note(ended);
        }
        Ok(())
    }

    /// Revokes `what`, in the store and then here.
    pub(crate) async fn revoke(
        &self,
        what: Revocable,
        expires_at: Timestamp,
    ) -> Result<(), OAuthError> {
        let revocation = Revocation { what, expires_at };
        self.store.revoke(revocation.clone(), self.clock.now()).await.map_err(broken)?;
        self.note(revocation);
        Ok(())
    }

    /// Whether anything that a token hangs on has been revoked.
    pub(crate) fn has_ended(&self, lineage: &Lineage) -> bool {
        self.any_revoked(lineage.links())
    }

    /// Whether anything that a grant hangs on has been revoked.
    pub(crate) fn has_withdrawn(&self, grant: &Grant) -> bool {
        let offline = grant.scope.contains(Scope::OFFLINE_ACCESS);
        let itself = Revocable::Grant(grant.id.clone());
        let consent = grant.consent.clone().map(Revocable::Consent);
        let session = grant.session.clone().filter(|_| !offline).map(Revocable::Session);
        self.any_revoked([Some(itself), consent, session].into_iter().flatten())
    }

    /// Whether one thing has been revoked.
    pub(crate) fn is_revoked(&self, what: Revocable) -> bool {
        self.any_revoked([what].into_iter())
    }

    fn any_revoked(&self, mut links: impl Iterator<Item = Revocable>) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        !known.is_empty() && links.any(|link| known.contains_key(&link))
    }
}
