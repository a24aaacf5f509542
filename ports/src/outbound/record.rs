//! What is only ever added to: revocations, audit events, and the news of what has changed.

use async_trait::async_trait;
use domain::{ClientId, Event, Revocation, SubjectId, Timestamp};

use super::StoreError;

/// Keeps the revocation graph.
#[async_trait]
pub trait Revocations: Send + Sync {
    /// Adds an entry. Revoking twice is not an error; the later expiry holds. Once this has
    /// returned, [`Changes::since`] tells of it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn revoke(&self, revocation: Revocation, now: Timestamp) -> Result<(), StoreError>;

    /// Every entry that has not expired at `now`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; or [`StoreError::Corrupt`], also if something of a kind that is
    /// not known here was revoked.
    async fn live(&self, now: Timestamp) -> Result<Vec<Revocation>, StoreError>;
}

/// Keeps the audit record.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Writes an event down. It has been written when this returns, so a grant that is answered
    /// afterwards can always be accounted for. Many events share one commit.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn record(&self, event: Event) -> Result<(), StoreError>;
}

/// Something that others keep in memory, and must hear about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// A client was added, changed or removed.
    Client(ClientId),
    /// A person was added, changed or removed.
    User(SubjectId),
    /// A revocation was added.
    Revocation(Revocation),
}

/// Tells every process that shares the store what another one has changed. The store notes a change
/// in the same step as it makes it.
#[async_trait]
pub trait Changes: Send + Sync {
    /// What has changed at or after `since`, in no order. The same change may be told twice. What a
    /// process of a later version has changed, of a kind that is not known here, is left out: the
    /// rest must arrive.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn since(&self, since: Timestamp) -> Result<Vec<Change>, StoreError>;
}
