//! Instants as the wire and every database agree on them.

use std::time::Duration;

/// Whole seconds since the Unix epoch: the resolution of `exp` and `iat` (RFC 7519 §2), and a
/// plain integer column in every SQL dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `seconds` after the epoch.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn as_unix(self) -> i64 {
        self.0
    }

    /// This instant, `delay` later.
    #[must_use]
    pub fn after(self, delay: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(delay.as_secs()))
    }

    /// This instant, `delay` earlier.
    #[must_use]
    pub fn before(self, delay: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(delay.as_secs()))
    }

    /// The time that has passed since `earlier`; zero if it has not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}
