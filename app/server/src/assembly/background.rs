//! Background tasks: invalidation of caches, deletion of expired rows.

use std::{sync::Arc, time::Duration};

use domain::Uptime;
use services::{AuditKeeping, Maintenance, Presence};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

/// The interval at which the changes of other processes are read.
const NEWS: Duration = Duration::from_millis(250);
const PURGE: Duration = Duration::from_secs(15);

/// The background tasks; they end with this value.
pub(crate) struct Background(Vec<JoinHandle<()>>);

impl Background {
    /// Starts them.
    pub(crate) fn start(
        maintenance: &Arc<Maintenance>,
        presence: &Arc<Presence>,
        audit: Arc<AuditKeeping>,
    ) -> Self {
        let news = tokio::spawn(follow(maintenance.clone()));
        let purge = tokio::spawn(purge(maintenance.clone()));
        let beat = tokio::spawn(beat(presence.clone()));
        Self(vec![news, purge, beat, tokio::spawn(keep_record(audit))])
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        for task in &self.0 {
            task.abort();
        }
    }
}

async fn follow(maintenance: Arc<Maintenance>) {
    let mut last = None;
    let mut ticks = interval(NEWS);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let failing = last.is_none();
        last = match maintenance.catch_up(last).await {
            Ok(followed) => Some(followed),
            Err(error) => {
                // Once: it is tried again at once, and may fail for long.
                if !failing {
                    tracing::warn!(%error, "changes by other processes cannot be read");
                }
                None
            }
        };
    }
}

async fn purge(maintenance: Arc<Maintenance>) {
    let mut ticks = interval(PURGE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match maintenance.purge().await {
            Ok(0) => {}
            Ok(purged) => tracing::debug!(purged, "what had expired is gone"),
            Err(error) => tracing::warn!(%error, "what has expired cannot be removed"),
        }
    }
}

async fn beat(presence: Arc<Presence>) {
    let mut ticks = interval(Uptime::BEAT);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = presence.beat().await {
            tracing::warn!(%error, "it cannot be written down that the server is up");
        }
    }
}

async fn keep_record(audit: Arc<AuditKeeping>) {
    let mut ticks = interval(PURGE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match audit.tidy().await {
            Ok(0) => {}
            Ok(purged) => tracing::debug!(purged, "old audit events are gone"),
            Err(error) => tracing::warn!(%error, "old audit events cannot be removed"),
        }
    }
}
