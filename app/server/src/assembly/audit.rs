//! The audit record, as the configuration wants it.

use std::{sync::Arc, time::Duration};

use domain::StrangersBounds;
use ports::outbound::{Clock, Stores};
use services::{AuditKeeping, BoundedAudit};

use super::Assembly;
use crate::config::{Config, ConfigError};

const WINDOW: Duration = Duration::from_hours(1);

/// Looks at the section.
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

/// The record behind its bounds.
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
    /// What keeps the audit record as long as it is to be kept.
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
