//! Storage of aggregates: they are read as a whole, changed by pure functions, and written back by
//! compare-and-set on a revision.

use std::fmt::Debug;

use async_trait::async_trait;
use domain::{
    AuthorizationCode, Client, ClientId, Consent, Digest, GrantId, Interaction, InteractionId,
    KeyId, KeyState, RefreshFamily, Session, SessionId, SigningKey, SubjectId, Suspension,
    Timestamp, Uptime, User,
};

use super::PurgeBefore;

/// A value that is stored as a whole and changed by compare-and-set.
pub trait Aggregate: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// The type of the key.
    type Key: Clone + Debug + Eq + std::hash::Hash + Ord + Send + Sync;

    /// The key, which is unique and never changes.
    fn key(&self) -> Self::Key;

    /// The time from which it is of no use, and from which [`Housekeeping::purge`] counts; `None` if
    /// it does not expire. A store with a column for it fills the column from here.
    ///
    /// [`Housekeeping::purge`]: super::Housekeeping::purge
    fn expires_at(&self) -> Option<Timestamp>;

    /// The horizon of a purge that this kind of aggregate goes by.
    fn horizon(before: PurgeBefore) -> Timestamp;

    /// Whether a purge removes it.
    fn is_over(&self, before: PurgeBefore) -> bool {
        self.expires_at().is_some_and(|at| at < Self::horizon(before))
    }
}

macro_rules! aggregates {
    ($(
        $aggregate:ty => $key:ty, |$value:ident| $read:expr, ends $end:expr, by $horizon:ident;
    )*) => {$(
        impl Aggregate for $aggregate {
            type Key = $key;

            fn key(&self) -> $key {
                let $value = self;
                $read
            }

            fn expires_at(&self) -> Option<Timestamp> {
                let $value = self;
                let _ = $value;
                $end
            }

            fn horizon(before: PurgeBefore) -> Timestamp {
                before.$horizon
            }
        }
    )*};
}

aggregates! {
    AuthorizationCode => Digest, |code| code.digest, ends Some(code.expires_at), by others;
    Client => ClientId, |client| client.id.clone(), ends None, by others;
    Consent => (SubjectId, ClientId), |it| (it.subject.clone(), it.client.clone()),
        ends None, by others;
    Interaction => InteractionId, |it| it.id.clone(), ends Some(it.expires_at), by interactions;
    // A family that was idle for too long is as useless as one that is too old.
    RefreshFamily => GrantId, |family| family.grant.id.clone(),
        ends Some(family.idle_expires_at), by others;
    Session => SessionId, |session| session.id.clone(), ends Some(session.expires_at), by others;
    SigningKey => KeyId, |key| key.id.clone(), ends retired(key.state), by others;
    Suspension => ClientId, |suspension| suspension.client.clone(), ends None, by others;
    Uptime => String, |uptime| uptime.issuer.clone(), ends None, by others;
    User => SubjectId, |user| user.id.clone(), ends None, by others;
}

/// The end of a signing key; `None` as long as it signs.
const fn retired(state: KeyState) -> Option<Timestamp> {
    match state {
        KeyState::Active => None,
        KeyState::Retiring { until } => Some(until),
    }
}

/// A stored aggregate, with the revision it was read at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<T> {
    /// The aggregate.
    pub value: T,
    /// The revision at which it was read. Only the store interprets it.
    pub revision: u64,
}

impl<T> Stored<T> {
    /// Replaces the value and keeps the revision for the compare-and-set.
    pub fn with<U>(self, value: U) -> Stored<U> {
        Stored { value, revision: self.revision }
    }
}

/// Stores one kind of aggregate. A write is durable when the method returns.
#[async_trait]
pub trait Store<T: Aggregate>: Send + Sync {
    /// Adds an aggregate.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if its key, or anything else that must be unique, is taken.
    async fn insert(&self, value: T) -> Result<(), StoreError>;

    /// Reads an aggregate by its key. One that has expired may or may not be found.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn find(&self, key: &T::Key) -> Result<Option<Stored<T>>, StoreError>;

    /// Writes an aggregate back, if its revision is still the one at which it was read. The check
    /// and the write are atomic: of two callers holding the same revision, exactly one succeeds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if the revision is stale, the aggregate is gone, or something that
    /// must be unique is taken.
    async fn replace(&self, stored: Stored<T>) -> Result<(), StoreError>;

    /// Removes an aggregate. Removing one that is not there is not an error.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn remove(&self, key: &T::Key) -> Result<(), StoreError>;
}

/// The errors of a store. A value that is not there is not an error: `find` returns `None`.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A compare-and-set failed, or a unique value is taken.
    #[error("the stored value has changed")]
    Conflict,
    /// A stored value that cannot be read.
    #[error("{entity} {key} is corrupt")]
    Corrupt {
        /// The kind of aggregate.
        entity: &'static str,
        /// The key of the aggregate, or another name for it; never a secret.
        key: String,
        /// The reason.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store cannot be reached, or failed.
    #[error("storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store refuses writes until a condition outside this program has ended.
    #[error(transparent)]
    OutOfOrder(#[from] Outage),
}

/// The conditions under which the store refuses writes until the operator acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outage {
    /// The disk of the database is full. Writing goes on by itself once there is space.
    #[error(
        "the disk that holds the database is full: free some space on it; writing then goes on by \
         itself"
    )]
    DiskFull,
    /// The file of the database is not the one that was opened.
    #[error(
        "the database file was deleted or replaced while the server was running: put the right file \
         in its place and restart the server"
    )]
    FileReplaced,
}
