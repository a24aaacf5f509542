//! Instants, as operators read and write them.

use std::time::{Duration, UNIX_EPOCH};

use domain::Timestamp;
use humantime_serde::re::humantime;

/// ISO 8601, in UTC.
pub(crate) fn instant(at: Timestamp) -> String {
    let seconds = u64::try_from(at.as_unix()).unwrap_or(0);
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH);
    humantime::format_rfc3339_seconds(time).to_string()
}
