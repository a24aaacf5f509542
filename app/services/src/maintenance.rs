//! Work in the background: news from other processes, and the removal of expired rows.

mod audit_record;
mod presence;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::Timestamp;
use ports::{
    inbound::{Probe, Verdict},
    outbound::{Change, Changes, Clock, Cursor, Housekeeping, Outage, PurgeBefore, StoreError},
};

use crate::{ClientCache, RevocationList, UnusedClients, UserCache};

pub use self::{
    audit_record::{AuditKeeping, BoundedAudit},
    presence::Presence,
};

/// After so long without news, everything is read again.
const LOST_TOUCH: Duration = Duration::from_mins(10);
/// So long after its expiry a thing is still kept, so that a replay can be told from ignorance and
/// a process that was away can hear of a change.
const KEPT_AFTER_EXPIRY: Duration = Duration::from_hours(1);
/// An interaction is kept no longer than clocks may be apart: whoever comes back to one is told the
/// same whether it is still there or not, and a stranger can begin any number of them.
const INTERACTIONS_KEPT: Duration = Duration::from_mins(1);
/// Small batches, so that nobody waits for the purge.
const BATCH: u32 = 500;

/// The position up to which the news was read, and the time at which it was.
#[derive(Clone, Debug)]
pub struct Followed {
    at: Timestamp,
    seen: Cursor,
}

/// Keeps what is in memory true, and the store small.
pub struct Maintenance {
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// Known people.
    pub users: Arc<UserCache>,
    /// Everything that was revoked.
    pub revocations: Arc<RevocationList>,
    /// Tells of changes.
    pub changes: Arc<dyn Changes>,
    /// Looks after the stores.
    pub stores: Vec<Arc<dyn Housekeeping>>,
    /// Clients that registered themselves and are not used.
    pub unused_clients: Arc<UnusedClients>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// The verdict of the last probe.
    pub verdict: Mutex<Verdict>,
}

impl Maintenance {
    fn is_new(&self, verdict: Verdict) -> bool {
        let mut last = self.verdict.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *last, verdict) != verdict
    }

    /// Takes notice of a change, whoever made it.
    pub fn apply(&self, change: Change) {
        match change {
            Change::Client(id) => self.clients.forget(&id),
            Change::User(id) => self.users.forget(&id),
            Change::Revocation(revocation) => self.revocations.note(revocation),
        }
    }

    /// Forgets everything that is kept in memory, and reads the revocations again: for a process that
    /// has missed the news.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn forget_all(&self) -> Result<(), StoreError> {
        self.clients.forget_all();
        self.users.forget_all();
        self.revocations.reload().await
    }

    /// Takes notice of what other processes have changed since `last`, and says how far that goes.
    /// Whoever has not looked before, or for long, reads everything again.
    ///
    /// # Errors
    ///
    /// The store's. Whoever gets one should not trust what was seen before, and begin anew: the store may
    /// have been restored, or another one may have taken its place.
    pub async fn catch_up(&self, last: Option<Followed>) -> Result<Followed, StoreError> {
        let at = self.clock.now();
        let recent = |last: &Followed| last.at <= at && at.since(last.at) <= LOST_TOUCH;
        let Some(Followed { seen, .. }) = last.filter(recent) else {
            // The end comes first: what changes while everything is read is told afterwards.
            let seen = self.changes.end().await?;
            self.forget_all().await?;
            return Ok(Followed { at, seen });
        };
        let news = self.changes.since(&seen).await?;
        for change in news.changes {
            self.apply(change);
        }
        Ok(Followed { at, seen: news.until })
    }

    /// Removes what has long expired, and says how much.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn purge(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let horizon = PurgeBefore {
            interactions: now.before(INTERACTIONS_KEPT),
            others: now.before(KEPT_AFTER_EXPIRY),
        };
        // On a full disk one stage may fail, and another make the space that is missing: all are tried.
        let mut outcome = Ok(0);
        for store in &self.stores {
            outcome = both(outcome, purge_store(store.as_ref(), horizon).await);
        }
        if outcome.is_ok() {
            // Not before: as long as a consent is stored, the revocation that ended it must be known.
            self.revocations.forget_expired();
        }
        both(outcome, self.unused_clients.forget().await)
    }
}

async fn purge_store(store: &dyn Housekeeping, horizon: PurgeBefore) -> Result<u64, StoreError> {
    let mut purged = 0;
    loop {
        let batch = store.purge(horizon, BATCH).await?;
        purged += batch;
        if batch < u64::from(BATCH) {
            return Ok(purged);
        }
        // Whoever waits for the store goes first.
        tokio::task::yield_now().await;
    }
}

/// The sum of two counts, or the first error.
fn both(one: Result<u64, StoreError>, other: Result<u64, StoreError>) -> Result<u64, StoreError> {
    Ok(one? + other?)
}

#[async_trait]
impl Probe for Maintenance {
    async fn check(&self) -> Verdict {
        let mut found = Ok(());
        for store in &self.stores {
            found = found.and(store.ping().await);
        }
        let verdict = match &found {
            Ok(()) => Verdict::Ready,
            Err(StoreError::OutOfOrder(Outage::DiskFull)) => Verdict::StorageFull,
            Err(StoreError::OutOfOrder(Outage::FileReplaced)) => Verdict::StorageReplaced,
            Err(_) => Verdict::StorageDown,
        };
        // Anybody may ask, so only what is new is worth a line.
        if self.is_new(verdict) {
            match found {
                Ok(()) => tracing::info!("the database can be used again"),
                Err(error) => tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the database cannot be used"
                ),
            }
        }
        verdict
    }
}
