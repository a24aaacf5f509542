//! The audit record of the section `audit`.

use std::{sync::Arc, time::Duration};

use domain::StrangersBounds;
use ports::outbound::{Clock, Stores};
use services::{AuditKeeping, BoundedAudit};

use super::Assembly;
use crate::config::{Config, ConfigError};

const WINDOW: Duration = Duration::from_hours(1);

/// Checks the section `audit`.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let numbers = [
        ("audit.refusals_per_source", config.audit.refusals_per_source),
        ("audit.refusals_in_all", config.audit.refusals_in_all),
    ];
    match numbers.iter().find(|(_, number)| *number == 0) {
        None => Ok(()),
        Some((key, _)) => Err(ConfigError::wrong(
            *key,
            "it must be at least 1: an attack would leave no trace but a count".to_owned(),
        )),
    }
}

/// The audit record with its bounds on refusals.
pub(super) fn bounded(
    config: &Config,
    stores: &Stores,
    clock: Arc<dyn Clock>,
) -> Arc<BoundedAudit> {
    let bounds = StrangersBounds {
        per_source: config.audit.refusals_per_source,
        in_all: config.audit.refusals_in_all,
        window: WINDOW,
    };
    Arc::new(BoundedAudit::new(stores.audit.clone(), bounds, clock))
}

impl Assembly {
    /// The task that deletes audit events after their retention.
    pub(crate) fn audit_keeping(&self) -> Arc<AuditKeeping> {
        let kept = |retention: Duration| (!retention.is_zero()).then_some(retention);
        Arc::new(AuditKeeping {
            history: self.stores.audit_history.clone(),
            audit: self.audit.clone(),
            retention: kept(self.config.audit.retention),
            strangers_retention: kept(self.config.audit.refusals_retention),
            clock: self.context.clock.clone(),
        })
    }
}
