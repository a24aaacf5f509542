//! Append-only records: revocations, audit events, and changes that processes tell each other.

use async_trait::async_trait;
use domain::{Action, ClientId, Event, Outcome, Revocation, SubjectId, Timestamp};

use super::StoreError;

/// Stores revocations.
#[async_trait]
pub trait Revocations: Send + Sync {
    /// Adds a revocation. Revoking twice is not an error; the later expiry holds. Once this has
    /// returned, [`Changes::since`] reports it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn revoke(&self, revocation: Revocation, now: Timestamp) -> Result<(), StoreError>;

    /// Reads every revocation that has not expired at `now`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; or [`StoreError::Corrupt`], also if something of a kind that is
    /// not known here was revoked.
    async fn live(&self, now: Timestamp) -> Result<Vec<Revocation>, StoreError>;
}

/// Stores audit events.
#[async_trait]
pub trait Audit: Send + Sync {
    /// Stores an event. It is durable when this returns, so that no grant is answered without being
    /// accounted for. An implementation may commit many events in one transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn record(&self, event: Event) -> Result<(), StoreError>;

    /// Notes an event that a store has already added to the record, in the same transaction as the
    /// change that it is about. It must not be stored again.
    fn note_recorded(&self, _event: &Event) {}
}

/// Reads and purges the audit record.
#[async_trait]
pub trait AuditHistory: Send + Sync {
    /// Reads the events that match, oldest first: at most [`AuditQuery::limit`], those next to
    /// [`AuditQuery::from`].
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`]; or [`StoreError::Corrupt`] for an event of a kind that is not
    /// known here.
    async fn recorded(&self, query: &AuditQuery) -> Result<Vec<Recorded>, StoreError>;

    /// Removes up to `limit` events of each kind that are older than the horizon, and returns the
    /// number of removed events. The latest event always stays, so that no number is assigned
    /// twice.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn purge_events(&self, horizon: AuditPurgeBefore, limit: u32) -> Result<u64, StoreError>;
}

/// An event with its number in the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The number of the event. Later events have higher numbers.
    pub number: i64,
    /// The event.
    pub event: Event,
}

/// A query of the audit record. `None` in a field matches every event.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// The place in the record at which to begin.
    pub from: AuditPosition,
    /// Events at this instant or later.
    pub since: Option<Timestamp>,
    /// Events before this instant.
    pub until: Option<Timestamp>,
    /// Events of this kind.
    pub action: Option<Action>,
    /// Events about this person.
    pub subject: Option<SubjectId>,
    /// Events about this client.
    pub client: Option<ClientId>,
    /// Events with this outcome.
    pub outcome: Option<Outcome>,
    /// The largest number of events to return.
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

/// The horizons of a purge of the audit record. `None` keeps the events, however old they are.
#[derive(Clone, Copy, Debug)]
pub struct AuditPurgeBefore {
    /// Events of unauthenticated callers ([`Event::is_strangers`]) before this instant are removed.
    pub strangers: Option<Timestamp>,
    /// All events before this instant are removed.
    pub all: Option<Timestamp>,
}

/// A change of an aggregate that other processes cache.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// A client was added, changed or removed.
    Client(ClientId),
    /// A person was added, changed or removed.
    User(SubjectId),
    /// A revocation was added.
    Revocation(Revocation),
}

/// A position in the sequence of changes. Its text has a meaning to the store that made it only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// Makes a cursor of a text that the store can read back.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text of the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The changes after a cursor, and the cursor for the next call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The changes, in no particular order.
    pub changes: Vec<Change>,
    /// The cursor to pass to the next call of [`Changes::since`].
    pub until: Cursor,
}

/// Tells every process that shares the store of the changes that other processes make. A store
/// notes a change in the same transaction as it makes it.
#[async_trait]
pub trait Changes: Send + Sync {
    /// Reads the cursor of the present. A process that reads all cached aggregates afterwards, and
    /// then follows the changes from this cursor, misses none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn end(&self) -> Result<Cursor, StoreError>;

    /// Reads the changes that have become visible after `seen`, even if their transactions began
    /// earlier. Until it is purged, a change is reported to every caller whose cursor is older, and
    /// to no other. A change of a kind that this version does not know is left out, and the others
    /// are reported.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn since(&self, seen: &Cursor) -> Result<News, StoreError>;
}
