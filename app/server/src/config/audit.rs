//! What is kept of what happened.

use std::time::Duration;

use serde::Deserialize;

/// The audit record: what happened, by whom, from where. `portcullis audit query` reads it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AuditSection {
    /// How long events are kept. `"0s"` keeps them for ever.
    #[serde(with = "humantime_serde")]
    pub(crate) retention: Duration,
    /// How long the events of strangers are kept: failed sign-ins, wrong client secrets, refused
    /// registrations, and what clients did that registered themselves and that no person has allowed
    /// anything, such as to register. They are the bulk of the record while somebody attacks. `"0s"` keeps
    /// them as long as everything else.
    #[serde(with = "humantime_serde")]
    pub(crate) refusals_retention: Duration,
    /// How many refusals of strangers are recorded one by one in an hour, of each kind from each source
    /// (an IPv4 address, or an IPv6 /48), and how many of their successes. The others are counted, and
    /// their number is recorded. The log is bounded alike. 20 are enough to see what is tried.
    pub(crate) refusals_per_source: u32,
    /// How many refusals of strangers of one kind are recorded one by one in an hour in all, and how many
    /// of their successes, so that a flood from any number of addresses cannot fill the disk, and one of
    /// one kind hides no other. 1000 are about 0.3 MB.
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
