//! The store of each aggregate: [`Store`], with the queries that only this aggregate needs.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    AuthorizationCode, Client, ClientId, Consent, Event, Interaction, RefreshFamily, Revocation,
    Session, SubjectId, Suspension, Timestamp, User, Username,
};

use super::{Store, StoreError, Stored};
use crate::Page;

/// Stores clients that were registered or added at run time.
#[async_trait]
pub trait Clients: Store<Client> {
    /// Reads a page of clients, in the byte order of their identifiers.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn page(&self, page: Page<ClientId>) -> Result<Vec<Client>, StoreError>;

    /// Removes dynamically registered clients that are [unused](Client::unused_since), and returns
    /// the number of removed clients: up to `limit` that are unused since before `before`, and up
    /// to `limit` of those in excess of `most`.
    ///
    /// The excess is found by rank. At each address (`registered_from`) the clients that have had a
    /// token are ranked before those that never had, and either group with the most recently unused
    /// first. All unused clients are then ordered by that rank, equal ranks again with the most
    /// recently unused first, and those after the first `most` are in excess. So every address
    /// keeps its newest client as long as there is room.
    ///
    /// The check that a client may be removed and its removal are atomic.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn forget_unused(
        &self,
        before: Timestamp,
        most: u32,
        limit: u32,
    ) -> Result<u64, StoreError>;
}

/// Stores the suspensions of clients of the configuration. [`super::Changes::since`] reports every
/// change of one as a change of its client.
pub trait Suspensions: Store<Suspension> {}
impl<T: Store<Suspension> + ?Sized> Suspensions for T {}

/// Stores accounts. User names are unique.
#[async_trait]
pub trait Users: Store<User> {
    /// Reads the account with this user name.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn by_username(&self, username: &Username) -> Result<Option<Stored<User>>, StoreError>;

    /// Reads a page of accounts, in the byte order of their user names.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn page(&self, page: Page<Username>) -> Result<Vec<User>, StoreError>;
}

/// Stores sessions of browsers, and keeps them until they are purged some time after their expiry.
#[async_trait]
pub trait Sessions: Store<Session> {
    /// Reads every session of one person that has not expired at `now`, newest first; at most 100.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn of(&self, subject: &SubjectId, now: Timestamp) -> Result<Vec<Session>, StoreError>;
}

/// Stores consents: at most one for each person and client.
///
/// A withdrawn consent is not removed: the withdrawal is the revocation of its identifier, and
/// every reader must check for that. [`Housekeeping::purge`] removes the consent later, or another
/// consent replaces it.
#[async_trait]
pub trait Consents: Store<Consent> {
    /// Reads every consent of one person, withdrawn or not, newest first; at most 500.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn of(&self, subject: &SubjectId) -> Result<Vec<Consent>, StoreError>;

    /// Revokes every consent to one client in one transaction, and returns the revocations. Each
    /// expires at `until`. [`super::Changes::since`] reports them.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn end_all(
        &self,
        client: &ClientId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, StoreError>;
}

/// Stores interactions, and keeps them until they are purged some time after their expiry.
pub trait Interactions: Store<Interaction> {}
impl<T: Store<Interaction> + ?Sized> Interactions for T {}

/// Stores authorization codes, redeemed or not, and keeps them until they are purged some time
/// after their expiry, so that a replayed code is told from an unknown one.
#[async_trait]
pub trait AuthorizationCodes: Store<AuthorizationCode> {
    /// Adds a code as [`Store::insert`] does, and adds `event` to the audit record in the same
    /// transaction: either both are stored or neither is. A store that does not keep the audit record
    /// is given an [`super::Audit`], and records the event before it adds the code: then an event may
    /// be there without its code, but no code without its event.
    ///
    /// # Errors
    ///
    /// Those of [`Store::insert`]; then neither is written.
    async fn insert_recorded(
        &self,
        code: AuthorizationCode,
        event: Event,
    ) -> Result<(), StoreError>;
}

/// Stores families of refresh tokens, revoked or not, and keeps them until they are purged some
/// time after their expiry, so that a reused token is told from an unknown one.
#[async_trait]
pub trait RefreshFamilies: Store<RefreshFamily> {
    /// Replaces a family as [`Store::replace`] does, and adds `event` to the audit record in the
    /// same transaction: either both are stored or neither is.
    ///
    /// # Errors
    ///
    /// Those of [`Store::replace`]; then neither is written.
    async fn replace_recorded(
        &self,
        stored: Stored<RefreshFamily>,
        event: Event,
    ) -> Result<(), StoreError>;

    /// The latest absolute expiry of all stored families, idle, revoked or not; `None` if there is
    /// none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn latest_expiry(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Reads the last use of a refresh token for a person, by client. Clients that never used one,
    /// and families that were purged, are left out.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn last_uses(
        &self,
        subject: &SubjectId,
    ) -> Result<HashMap<ClientId, Timestamp>, StoreError>;
}

/// The horizons of a purge: an aggregate goes if it expired before its horizon.
#[derive(Clone, Copy, Debug)]
pub struct PurgeBefore {
    /// The horizon of interactions.
    pub interactions: Timestamp,
    /// The horizon of everything else that expires.
    pub others: Timestamp,
}

/// Maintenance of one storage adapter.
#[async_trait]
pub trait Housekeeping: Send + Sync {
    /// Checks that the store answers and accepts writes, and gives up after a short time. Frequent
    /// calls must be cheap, so an implementation may cache the result for a moment.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn ping(&self) -> Result<(), StoreError>;

    /// Removes up to `limit` aggregates of each kind that this store keeps and that
    /// [are over](super::Aggregate::is_over), and returns the number of all that were removed. An
    /// aggregate that is prolonged meanwhile stays. A store that keeps one kind only does nothing
    /// about the others: its adapter is one of several in [`super::Stores::housekeeping`].
    ///
    /// A store of [`super::Revocations`] and [`super::Changes`] removes those that are older than
    /// [`PurgeBefore::others`] likewise. The audit record is purged elsewhere
    /// ([`super::AuditHistory::purge_events`]).
    ///
    /// Consents have no expiry; they are ended by revocations, so the store that keeps them keeps the
    /// revocations too. Up to `limit` are removed whose identifier is revoked, and up to `limit` whose
    /// client is revoked. A consent that replaced a withdrawn one has another identifier, and stays. A
    /// revocation is kept past its expiry as long as a consent that it ended is stored: nothing else
    /// tells that consent from one that is in force.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn purge(&self, horizon: PurgeBefore, limit: u32) -> Result<u64, StoreError>;

    /// Closes the store once all earlier writes are durable. Later writes fail.
    async fn close(&self);
}
