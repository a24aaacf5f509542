//! Known people, read once and kept in memory until they change.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{OAuthError, SubjectId, User};
use moka::sync::Cache;
use ports::outbound::Users;

use crate::context::broken;

/// The longest time for which somebody is kept in memory, should the news of a change be missed.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// The most people that are kept in memory.
const USERS: u64 = 10_000;

/// The people of the store.
pub struct UserCache {
    users: Arc<dyn Users>,
    known: Cache<SubjectId, Option<Arc<User>>>,
    /// The number of changes that were noticed.
    generation: AtomicU64,
}

impl UserCache {
    /// Caches stored people.
    #[must_use]
    pub fn new(users: Arc<dyn Users>) -> Self {
        let known = Cache::builder().max_capacity(USERS).time_to_live(KEPT_FOR).build();
        Self { users, known, generation: AtomicU64::new(0) }
    }

    /// A person, whatever their state.
    pub(crate) async fn find(&self, id: &SubjectId) -> Result<Option<Arc<User>>, OAuthError> {
        if let Some(known) = self.known.get(id) {
            return Ok(known);
        }
        let seen = self.generation.load(Ordering::Acquire);
        let found = self.users.find(id).await.map_err(broken)?;
        let found = found.map(|stored| Arc::new(stored.value));
        self.known.insert(id.clone(), found.clone());
        // What was read before a change may have come after it was noticed.
        if self.generation.load(Ordering::Acquire) != seen {
            self.known.invalidate(id);
        }
        Ok(found)
    }

    /// Forgets what is kept of a person, because they have changed.
    pub fn forget(&self, id: &SubjectId) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate(id);
    }

    /// Forgets everything that is kept of people.
    pub(crate) fn forget_all(&self) {
        self.generation.fetch_add(1, Ordering::AcqRel);
        self.known.invalidate_all();
    }
}
