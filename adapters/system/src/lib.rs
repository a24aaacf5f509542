//! The real clock and the real randomness: the only place that asks the operating system for either.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::Timestamp;
use ports::outbound::{Clock, Entropy};

/// The clock of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "everybody else gets the time from here")]
    fn now(&self) -> Timestamp {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
        Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX))
    }
}

/// The randomness of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, buf: &mut [u8]) {
        getrandom::fill(buf).expect("the operating system has randomness");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_this_century() {
        let year_2025 = Timestamp::from_unix(1_735_689_600);
        assert!(SystemClock.now() > year_2025);
    }

    #[test]
    fn randomness_fills_the_whole_buffer_and_does_not_repeat() {
        let draw = || {
            let mut bytes = [0; 64];
            OsEntropy.fill(&mut bytes);
            bytes
        };
        let (first, second) = (draw(), draw());
        assert_ne!(first, second);
        assert_ne!(first[32..], [0; 32], "the far half too");
    }
}
