//! [`Store`], once for every kind of aggregate.

use async_trait::async_trait;
use domain::{
    AuthorizationCode, Client, ClientId, Consent, Interaction, RefreshFamily, Session, SigningKey,
    SubjectId, Suspension, Uptime, User,
};
use ports::outbound::{Aggregate, Change, Store, StoreError, Stored};

use crate::{Memory, Shelf, lock};

/// An aggregate that has a shelf here.
pub(crate) trait Kept: Aggregate {
    /// Its shelf.
    fn shelf(memory: &Memory) -> &Shelf<Self>;

    /// Whether `other` has something that must be unique, apart from the key.
    fn clashes(&self, _other: &Self) -> bool {
        false
    }

    /// The change to report if an aggregate with this key changes; `None` if nobody caches them.
    fn news(_key: &Self::Key) -> Option<Change> {
        None
    }
}

impl Memory {
    fn note<T: Kept>(&self, key: &T::Key) {
        if let Some(news) = T::news(key) {
            self.tell(news, self.clock.now());
        }
    }
}

#[async_trait]
impl<T: Kept> Store<T> for Memory {
    async fn insert(&self, value: T) -> Result<(), StoreError> {
        let (key, mut all) = (value.key(), lock(T::shelf(self)));
        if all.contains_key(&key) || all.values().any(|held| held.value.clashes(&value)) {
            return Err(StoreError::Conflict);
        }
        self.note::<T>(&key);
        all.insert(key, Stored { value, revision: self.revision() });
        Ok(())
    }

    async fn find(&self, key: &T::Key) -> Result<Option<Stored<T>>, StoreError> {
        Ok(lock(T::shelf(self)).get(key).cloned())
    }

    async fn replace(&self, stored: Stored<T>) -> Result<(), StoreError> {
        let (key, mut all) = (stored.value.key(), lock(T::shelf(self)));
        let clashes = |(other, held): (&T::Key, &Stored<T>)| {
            *other != key && held.value.clashes(&stored.value)
        };
        let current = all.get(&key).is_some_and(|held| held.revision == stored.revision);
        if !current || all.iter().any(clashes) {
            return Err(StoreError::Conflict);
        }
        self.note::<T>(&key);
        all.insert(key, Stored { revision: self.revision(), ..stored });
        Ok(())
    }

    async fn remove(&self, key: &T::Key) -> Result<(), StoreError> {
        if lock(T::shelf(self)).remove(key).is_some() {
            self.note::<T>(key);
        }
        Ok(())
    }
}

impl Kept for AuthorizationCode {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.authorization_codes
    }
}

impl Kept for Client {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.clients
    }

    fn news(key: &ClientId) -> Option<Change> {
        Some(Change::Client(key.clone()))
    }
}

impl Kept for Consent {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.consents
    }
}

impl Kept for Interaction {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.interactions
    }
}

impl Kept for RefreshFamily {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.refresh_families
    }
}

impl Kept for Session {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.sessions
    }
}

impl Kept for SigningKey {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.signing_keys
    }
}

impl Kept for Suspension {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.suspensions
    }

    fn news(key: &ClientId) -> Option<Change> {
        Some(Change::Client(key.clone()))
    }
}

impl Kept for Uptime {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.uptimes
    }
}

impl Kept for User {
    fn shelf(memory: &Memory) -> &Shelf<Self> {
        &memory.users
    }

    fn clashes(&self, other: &Self) -> bool {
        self.username == other.username
    }

    fn news(key: &SubjectId) -> Option<Change> {
        Some(Change::User(key.clone()))
    }
}
