//! The audit record as the use cases see it: bounded against floods, told to the log, and kept for a
//! stated time.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::{Action, Event, Outcome, StrangersBounds, StrangersTally};
use ports::outbound::{Audit, AuditHistory, AuditPurgeBefore, Clock, StoreError};

/// Small batches, so that nobody waits for the purge.
const BATCH: u32 = 500;

/// Writes events to the record and to the log. What strangers do, or are refused, beyond the bounds is
/// counted, and summed up at the end of each window.
pub struct BoundedAudit {
    record: Arc<dyn Audit>,
    clock: Arc<dyn Clock>,
    tally: Mutex<StrangersTally>,
}

impl BoundedAudit {
    /// Puts `bounds` before `record`.
    #[must_use]
    pub fn new(record: Arc<dyn Audit>, bounds: StrangersBounds, clock: Arc<dyn Clock>) -> Self {
        let tally = Mutex::new(StrangersTally::new(bounds, clock.now()));
        Self { record, clock, tally }
    }

    /// Writes the summaries of the window, if it is over.
    ///
    /// # Errors
    ///
    /// The record's.
    pub async fn sum_up(&self) -> Result<(), StoreError> {
        let summaries = self.tally().turn(self.clock.now());
        self.write_all(summaries).await
    }

    /// Writes the summaries of the window that is not over yet: nothing is counted after this.
    ///
    /// # Errors
    ///
    /// The record's.
    pub async fn close(&self) -> Result<(), StoreError> {
        let summaries = self.tally().close(self.clock.now());
        self.write_all(summaries).await
    }

    async fn write_all(&self, events: Vec<Event>) -> Result<(), StoreError> {
        for event in events {
            tell(&event);
            self.record.record(event).await?;
        }
        Ok(())
    }

    fn tally(&self) -> MutexGuard<'_, StrangersTally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Audit for BoundedAudit {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        let (summaries, admitted) = {
            let mut tally = self.tally();
            (tally.turn(event.at), tally.admits(&event))
        };
        self.write_all(summaries).await?;
        if !admitted {
            return Ok(());
        }
        tell(&event);
        self.record.record(event).await
    }

    fn note_recorded(&self, event: &Event) {
        tell(event);
    }
}

impl fmt::Debug for BoundedAudit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BoundedAudit")
    }
}

/// Writes one line of the log. Refreshes are the only grants of which one person's client makes many, so
/// they are for `audit=debug`. Tokens that clients get for themselves have a target of their own: an
/// operator who runs busy machines can leave these lines out and keep the others.
fn tell(event: &Event) {
    macro_rules! tell {
        ($level:ident, $target:literal) => {
            tracing::$level!(
                target: $target,
                actor = event.actor.as_str(),
                outcome = event.outcome.as_str(),
                subject = event.subject.as_ref().map(|id| id.as_str()),
                client = event.client.as_ref().map(|id| id.as_str()),
                grant = event.grant.as_ref().map(|id| id.as_str()),
                address = event.origin.address.map(tracing::field::display),
                detail = event.detail.as_deref(),
                trace = event.origin.trace.as_deref(),
                "{}",
                event.action.as_str(),
            )
        };
    }
    match (event.action, event.outcome) {
        (Action::TokenRefreshed, Outcome::Success) => tell!(debug, "audit"),
        (Action::TokenIssued, Outcome::Success) => tell!(info, "audit::machines"),
        _ => tell!(info, "audit"),
    }
}

/// Keeps the audit record as long as the operator wants it.
pub struct AuditKeeping {
    /// The record.
    pub history: Arc<dyn AuditHistory>,
    /// Counts what is not recorded one by one.
    pub audit: Arc<BoundedAudit>,
    /// The time for which events are kept. `None`: for ever.
    pub retention: Option<Duration>,
    /// The time for which the events of strangers are kept. `None`: as long as everything else.
    pub strangers_retention: Option<Duration>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

impl AuditKeeping {
    /// Sums up what was counted, removes what has been kept long enough, and says how much.
    ///
    /// # Errors
    ///
    /// The record's.
    pub async fn tidy(&self) -> Result<u64, StoreError> {
        let now = self.clock.now();
        let before = |kept: Option<Duration>| kept.map(|kept| now.before(kept));
        let horizon = AuditPurgeBefore {
            strangers: before(self.strangers_retention),
            all: before(self.retention),
        };
        let mut purged = 0;
        loop {
            let batch = self.history.purge_events(horizon, BATCH).await?;
            purged += batch;
            // The rest may be few or many: another look costs less than to count.
            if batch == 0 {
                break;
            }
            tokio::task::yield_now().await;
        }
        // Last, as it writes: on a full disk there may be space for it by now.
        self.audit.sum_up().await?;
        Ok(purged)
    }
}
