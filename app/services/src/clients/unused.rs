//! Clients that registered themselves, and that no person has allowed anything: anybody can make any
//! number of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use domain::{Action, RequestSource};
use ports::outbound::{Clients, StoreError};

use crate::Context;

/// Small batches, so that nobody waits for the store.
const BATCH: u32 = 500;
/// After so many registrations it is looked whether there are too many: a flood is faster than the
/// purge comes round.
const OFTEN: u32 = 256;

/// Forgets clients that nobody has used.
pub struct UnusedClients {
    /// The store of clients.
    pub clients: Arc<dyn Clients>,
    /// The time for which an unused client is kept.
    pub lifetime: Duration,
    /// The most unused clients that are kept.
    pub most: u32,
    /// The clock, the entropy and the audit record.
    pub context: Context,
    registered: AtomicU32,
}

impl UnusedClients {
    /// Keeps at most so many unused clients for so long.
    #[must_use]
    pub fn new(clients: Arc<dyn Clients>, lifetime: Duration, most: u32, context: Context) -> Self {
        Self { clients, lifetime, most, context, registered: AtomicU32::default() }
    }

    /// Forgets those that are too old or too many, and says how many those were. One audit event
    /// tells of all.
    ///
    /// # Errors
    ///
    /// The store's.
    pub async fn forget(&self) -> Result<u64, StoreError> {
        let before = self.context.now().before(self.lifetime);
        let mut forgotten = 0;
        loop {
            let batch = self.clients.forget_unused(before, self.most, BATCH).await?;
            forgotten += batch;
            if batch < u64::from(BATCH) {
                break;
            }
            tokio::task::yield_now().await;
        }
        if forgotten > 0 {
            let detail = format!("{forgotten} that registered themselves and were not used");
            let event = self.context.event(Action::ClientExpired, &RequestSource::default());
            self.context.audit.record(event.with_detail(detail)).await?;
        }
        Ok(forgotten)
    }

    /// Takes notice of a registration. Now and then it is the moment to forget others.
    pub(crate) async fn count(&self) {
        if self.registered.fetch_add(1, Ordering::Relaxed) % OFTEN != OFTEN - 1 {
            return;
        }
        if let Err(error) = self.forget().await {
            tracing::warn!(%error, "clients that nobody has used cannot be removed; the purge tries again");
        }
    }
}
