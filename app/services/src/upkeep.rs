//! What goes on in the background: news from other processes, and the removal of what has expired.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::Timestamp;
use ports::{
    inbound::{Probe, Verdict},
    outbound::{Changes, Clock, Horizon, Housekeeping, StoreError},
};

use crate::{Directory, UnusedClients};

/// Changes are asked for again for so long, because a slow writer may date one before it becomes
/// visible.
const OVERLAP: Duration = Duration::from_secs(30);
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

/// Keeps what is in memory true, and the store small.
pub struct Upkeep {
    /// What is kept in memory.
    pub directory: Arc<Directory>,
    /// Tells of changes.
    pub changes: Arc<dyn Changes>,
    /// Looks after the stores.
    pub stores: Vec<Arc<dyn Housekeeping>>,
    /// Clients that registered themselves and never got a grant.
    pub unused_clients: Arc<UnusedClients>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

impl Upkeep {
    /// Takes notice of what other processes have changed since `last`, and returns when it looked.
    ///
    /// # Errors
    ///
    /// The store's; then `last` still holds.
    pub async fn catch_up(&self, last: Timestamp) -> Result<Timestamp, StoreError> {
        let now = self.clock.now();
        if now.since(last) > LOST_TOUCH {
            self.directory.refresh().await?;
        }
        for change in self.changes.since(last.before(OVERLAP)).await? {
            self.directory.apply(change);
        }
        Ok(now)
    }

    /// Removes what has long expired, and says how much.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn purge(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let horizon = Horizon {
            interactions: now.before(INTERACTIONS_KEPT),
            others: now.before(KEPT_AFTER_EXPIRY),
        };
        let mut purged = self.unused_clients.forget().await?;
        for store in &self.stores {
            loop {
                let batch = store.purge(horizon, BATCH).await?;
                purged += batch;
                if batch < u64::from(BATCH) {
                    break;
                }
                // Whoever waits for the store goes first.
                tokio::task::yield_now().await;
            }
        }
        // Not before: as long as a consent is stored, the revocation that ended it must be known.
        self.directory.revocations.forget_expired();
        Ok(purged)
    }
}

#[async_trait]
impl Probe for Upkeep {
    async fn check(&self) -> Verdict {
        for store in &self.stores {
            if let Err(error) = store.ping().await {
                tracing::error!(%error, "the database does not answer");
                return Verdict::StorageDown;
            }
        }
        Verdict::Ready
    }
}
