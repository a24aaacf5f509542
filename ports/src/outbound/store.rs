//! How aggregates are kept: find one, decide with a pure function, write it back if nobody else has.

use std::fmt::Debug;

use async_trait::async_trait;
use domain::{
    AuthorizationCode, Client, ClientId, Consent, Digest, GrantId, Interaction, InteractionId,
    KeyId, RefreshFamily, Session, SessionId, SigningKey, SubjectId, Suspension, Uptime, User,
};

/// A value that is stored as a whole and changed by compare-and-set.
pub trait Aggregate: Clone + Debug + PartialEq + Send + Sync + 'static {
    /// What it is found by.
    type Key: Clone + Debug + Eq + std::hash::Hash + Ord + Send + Sync;

    /// What it is found by.
    fn key(&self) -> Self::Key;
}

macro_rules! aggregates {
    ($($aggregate:ty => $key:ty, |$value:ident| $read:expr;)*) => {$(
        impl Aggregate for $aggregate {
            type Key = $key;

            fn key(&self) -> $key {
                let $value = self;
                $read
            }
        }
    )*};
}

aggregates! {
    AuthorizationCode => Digest, |code| code.digest;
    Client => ClientId, |client| client.id.clone();
    Consent => (SubjectId, ClientId), |consent| (consent.subject.clone(), consent.client.clone());
    Interaction => InteractionId, |interaction| interaction.id.clone();
    RefreshFamily => GrantId, |family| family.grant.id.clone();
    Session => SessionId, |session| session.id.clone();
    SigningKey => KeyId, |key| key.id.clone();
    Suspension => ClientId, |suspension| suspension.client.clone();
    Uptime => String, |uptime| uptime.issuer.clone();
    User => SubjectId, |user| user.id.clone();
}

/// A stored aggregate, with the revision it was read at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored<T> {
    /// The aggregate.
    pub value: T,
    /// Opaque to everyone but the store.
    pub revision: u64,
}

impl<T> Stored<T> {
    /// Replaces the value, keeping the revision it must still have when written back.
    pub fn with<U>(self, value: U) -> Stored<U> {
        Stored { value, revision: self.revision }
    }
}

/// Keeps one kind of aggregate. What it returns has been written: a process that dies afterwards
/// finds it again.
#[async_trait]
pub trait Store<T: Aggregate>: Send + Sync {
    /// Adds an aggregate.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if its key, or anything else that must be unique, is taken.
    async fn insert(&self, value: T) -> Result<(), StoreError>;

    /// Finds an aggregate by its key. One that has expired may or may not be found.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn find(&self, key: &T::Key) -> Result<Option<Stored<T>>, StoreError>;

    /// Writes an aggregate back, if nobody else has since it was read. The check and the write are
    /// one step: of two callers holding the same revision, exactly one succeeds.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] if the revision is stale, the aggregate is gone, or something that
    /// must be unique is taken.
    async fn replace(&self, stored: Stored<T>) -> Result<(), StoreError>;

    /// Forgets an aggregate. Forgetting one that is not there is not an error.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`].
    async fn remove(&self, key: &T::Key) -> Result<(), StoreError>;
}

/// How storage fails. "Not found" is not here: it is an answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else got there first.
    #[error("the stored value has changed")]
    Conflict,
    /// A row that the domain refuses to believe.
    #[error("{entity} {key} is corrupt")]
    Corrupt {
        /// What kind of thing.
        entity: &'static str,
        /// Which one; never a secret.
        key: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The store could not be reached, or broke.
    #[error("storage is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store refuses to write until something outside this program has changed.
    #[error(transparent)]
    OutOfOrder(#[from] Outage),
}

/// Why nothing can be written, where the operator has to do something about it.
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
