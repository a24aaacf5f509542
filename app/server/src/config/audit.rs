//! The section `audit`.

use std::time::Duration;

use serde::Deserialize;

/// The audit record: each event with its actor and its source. `portcullis audit query` reads it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditSection {
    /// The retention of events. `"0s"` keeps them for ever.
    #[serde(with = "humantime_serde")]
    pub(crate) retention: Duration,
    /// The retention of events of unauthenticated sources: failed sign-ins, wrong client secrets,
    /// refused registrations, and the events of dynamically registered clients that no person has
    /// approved. They are the bulk of the record during an attack. `"0s"` keeps them as long as the
    /// other events.
    #[serde(with = "humantime_serde")]
    pub(crate) refusals_retention: Duration,
    /// The number of refusals an hour that are recorded as single events, for each kind and each source
    /// (an IPv4 address, or an IPv6 /48), and likewise of successes of unauthenticated sources. The
    /// others are counted, and their number is recorded. The log is bounded alike. 20 are enough to see
    /// what is tried.
    pub(crate) refusals_per_source: u32,
    /// The number of refusals an hour that are recorded as single events for each kind, from all sources
    /// together, and likewise of successes of unauthenticated sources: a flood from any number of
    /// addresses cannot fill the disk, and one kind hides no other. 1000 are about 0.3 MB.
    pub(crate) refusals_in_all: u32,
}

impl Default for AuditSection {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            retention: 400 * DAY,
            refusals_retention: 30 * DAY,
            refusals_per_source: 20,
            refusals_in_all: 1000,
        }
    }
}
