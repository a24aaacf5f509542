//! Everything in RAM: for tests, and held to the same contract as the databases.

mod clock;
mod entropy;
mod hashes;
mod keep;
mod lists;
mod records;
mod web;

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{
    AuthorizationCode, Client, Consent, Event, Interaction, RefreshFamily, Revocable, Session,
    SigningKey, Suspension, Timestamp, Uptime, User,
};
use ports::outbound::{Aggregate, Audit, Clock, Recorded, Stored};

pub use clock::ManualClock;
pub use entropy::SeededEntropy;
pub use hashes::PlainHashes;
pub use web::StillWeb;

/// The map of one kind of aggregate.
type Shelf<T> = Mutex<HashMap<<T as Aggregate>::Key, Stored<T>>>;

/// A store that forgets when it is dropped.
pub struct Memory {
    clock: Arc<dyn Clock>,
    revisions: AtomicU64,
    authorization_codes: Shelf<AuthorizationCode>,
    clients: Shelf<Client>,
    consents: Shelf<Consent>,
    interactions: Shelf<Interaction>,
    refresh_families: Shelf<RefreshFamily>,
    sessions: Shelf<Session>,
    signing_keys: Shelf<SigningKey>,
    suspensions: Shelf<Suspension>,
    uptimes: Shelf<Uptime>,
    users: Shelf<User>,
    revocations: Mutex<HashMap<Revocable, Timestamp>>,
    news: Mutex<Vec<records::Noted>>,
    events: Mutex<Vec<Recorded>>,
    audit: Option<Arc<dyn Audit>>,
}

impl Memory {
    /// An empty store. The clock dates the changes it tells of.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            revisions: AtomicU64::new(1),
            authorization_codes: Mutex::default(),
            clients: Mutex::default(),
            consents: Mutex::default(),
            interactions: Mutex::default(),
            refresh_families: Mutex::default(),
            sessions: Mutex::default(),
            signing_keys: Mutex::default(),
            suspensions: Mutex::default(),
            uptimes: Mutex::default(),
            users: Mutex::default(),
            revocations: Mutex::default(),
            news: Mutex::default(),
            events: Mutex::default(),
            audit: None,
        }
    }

    /// An empty store for some of the aggregates. The events that come with codes and families go to
    /// an audit record that another store keeps.
    #[must_use]
    pub fn beside(clock: Arc<dyn Clock>, audit: Arc<dyn Audit>) -> Self {
        Self { audit: Some(audit), ..Self::new(clock) }
    }

    /// The audit record, oldest first.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        lock(&self.events).iter().map(|recorded| recorded.event.clone()).collect()
    }

    /// Returns the number of stored interactions.
    #[must_use]
    pub fn interactions(&self) -> usize {
        lock(&self.interactions).len()
    }

    /// A revision that nothing has had before.
    fn revision(&self) -> u64 {
        self.revisions.fetch_add(1, Ordering::Relaxed)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory(..)")
    }
}

fn lock<T>(shelf: &Mutex<T>) -> MutexGuard<'_, T> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    mod apart;

    contract::every_port!(memory());

    #[expect(clippy::unused_async, reason = "the suites await a fresh store")]
    async fn memory() -> Memory {
        Memory::new(Arc::new(ManualClock::at(contract::NOW)))
    }
}
