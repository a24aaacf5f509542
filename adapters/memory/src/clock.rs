//! Time that is told what to be.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::Timestamp;
use ports::outbound::Clock;

/// A clock that moves when told to.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Starts at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_unix()))
    }

    /// Moves forward.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Moves to `now`, whichever way that is.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_unix(), Ordering::Relaxed);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::Relaxed))
    }
}
