//! What is only ever added to: revocations, audit events, and the news of what has changed.

use async_trait::async_trait;
use domain::{Action, ClientId, Event, Outcome, Revocation, SubjectId, Timestamp};

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

    /// Takes notice of an event that a store has added to the record itself, together with the change
    /// that the event is about.
    fn note_recorded(&self, _event: &Event) {}
}

/// Reads the audit record, and removes what has been kept long enough.
#[async_trait]
pub trait AuditHistory: Send + Sync {
    /// The events that match, oldest first: at most [`AuditQuery::limit`], those next to
    /// [`AuditQuery::from`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; or [`StoreError::Corrupt`] for an event of a kind that is not
    /// known here.
    async fn recorded(&self, query: &AuditQuery) -> Result<Vec<Recorded>, StoreError>;

    /// Removes up to `limit` events of each kind that are older than the horizon, and returns how
    /// many. The latest event always stays, so that numbers are never used again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn purge_events(&self, horizon: AuditPurgeBefore, limit: u32) -> Result<u64, StoreError>;
}

/// An event, and its place in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Later events have higher numbers.
    pub number: i64,
    /// The event.
    pub event: Event,
}

/// Which events are wanted. What is absent does not matter.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Where in the record to begin.
    pub from: AuditPosition,
    /// At this instant or later.
    pub since: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
    /// Of this kind.
    pub action: Option<Action>,
    /// About this person.
    pub subject: Option<SubjectId>,
    /// About this client.
    pub client: Option<ClientId>,
    /// With this outcome.
    pub outcome: Option<Outcome>,
    /// At most so many.
    pub limit: u32,
}

/// A place in the audit record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditPosition {
    /// The end: the latest events.
    #[default]
    Latest,
    /// The latest events with a lower number than this one.
    Before(i64),
    /// The earliest events with a higher number than this one.
    After(i64),
}

/// How far back the audit record goes. `None`: without end.
#[derive(Clone, Copy, Debug)]
pub struct AuditPurgeBefore {
    /// Events of strangers ([`Event::is_strangers`]) before this instant go.
    pub strangers: Option<Timestamp>,
    /// All events before this instant go.
    pub all: Option<Timestamp>,
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
