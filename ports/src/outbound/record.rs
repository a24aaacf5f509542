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

/// How far somebody has followed the news. Its text means something to the store alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// What a store will understand again.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What has changed, and how far that goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// What has changed, in no order.
    pub changes: Vec<Change>,
    /// Where the news ends.
    pub until: Cursor,
}

/// Tells every process that shares the store what another one has changed. The store notes a change
/// in the same step as it makes it.
#[async_trait]
pub trait Changes: Send + Sync {
    /// Where the news ends now. Whoever reads everything afterwards, and follows the news from here,
    /// misses nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn end(&self) -> Result<Cursor, StoreError>;

    /// What has become visible after `seen`, however long it took to. It is told once, and then until
    /// it is purged to nobody but those who have seen less. What a process of a later version has
    /// changed, of a kind that is not known here, is left out: the rest must arrive.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn since(&self, seen: &Cursor) -> Result<News, StoreError>;
}
