//! Known people, read once and kept in memory until they change.

use std::{sync::Arc, time::Duration};

use domain::{OAuthError, SubjectId, User};
use moka::sync::Cache;
use ports::outbound::{Store, Users};

use crate::context::broken;

/// The longest time for which somebody is kept in memory, should the news of a change be missed.
const KEPT_FOR: Duration = Duration::from_mins(1);
/// The most people that are kept in memory.
const USERS: u64 = 10_000;

/// The people of the store.
pub struct UserCache {
    users: Arc<dyn Users>,
    known: Cache<SubjectId, Option<Arc<User>>>,
}

impl UserCache {
    /// Caches stored people.
    #[must_use]
    pub fn new(users: Arc<dyn Users>) -> Self {
        let known = Cache::builder().max_capacity(USERS).time_to_live(KEPT_FOR).build();
        Self { users, known }
    }

    /// A person, whatever their state.
    pub(crate) async fn find(&self, id: &SubjectId) -> Result<Option<Arc<User>>, OAuthError> {
        if let Some(known) = self.known.get(id) {
            return Ok(known);
        }
        let found = Store::<User>::find(self.users.as_ref(), id).await.map_err(broken)?;
        let found = found.map(|stored| Arc::new(stored.value));
        self.known.insert(id.clone(), found.clone());
        Ok(found)
    }

    /// Forgets what is kept of a person, because they have changed.
    pub fn forget(&self, id: &SubjectId) {
        self.known.invalidate(id);
    }

    /// Forgets everything that is kept of people.
    pub(crate) fn forget_all(&self) {
        self.known.invalidate_all();
    }
}
