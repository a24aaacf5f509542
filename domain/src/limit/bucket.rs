//! One token bucket.

use std::time::Duration;

use super::Quota;
use crate::Timestamp;

/// One token bucket, by the generic cell rate algorithm: all of its state is the moment at which it
/// is full again. A new bucket is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Milliseconds since the epoch.
    full_at: i64,
}

impl Bucket {
    /// Takes one token.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there is none.
    pub fn take(self, quota: Quota, now: Timestamp) -> Result<Self, Exhausted> {
        let now = millis(now);
        let taken = self.debt(quota, now) + quota.interval();
        let missing = taken - quota.whole();
        if missing > 0 {
            let seconds = u64::try_from(missing).unwrap_or_default().div_ceil(1000);
            return Err(Exhausted { retry_after: Duration::from_secs(seconds) });
        }
        Ok(Self { full_at: now + taken })
    }

    /// Puts one token back.
    #[must_use]
    pub fn give_back(self, quota: Quota) -> Self {
        Self { full_at: self.full_at - quota.interval() }
    }

    /// The number of tokens that are missing from it.
    #[must_use]
    pub fn used(self, quota: Quota, now: Timestamp) -> u32 {
        let debt = u64::try_from(self.debt(quota, millis(now))).unwrap_or_default();
        let interval = u64::try_from(quota.interval()).unwrap_or(1);
        u32::try_from(debt.div_ceil(interval)).unwrap_or(u32::MAX)
    }

    /// Milliseconds until it is full. A clock that was set back makes nobody wait longer than an
    /// empty bucket does.
    fn debt(self, quota: Quota, now: i64) -> i64 {
        (self.full_at - now).clamp(0, quota.whole())
    }
}

fn millis(at: Timestamp) -> i64 {
    at.as_unix().saturating_mul(1000)
}

/// A bucket is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts; the next one is possible in {} seconds", .retry_after.as_secs())]
pub struct Exhausted {
    /// The time until the next token is there, in whole seconds.
    pub retry_after: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota::lawful(3, 60);

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_700_000_000 + seconds)
    }

    fn emptied() -> Bucket {
        (0..3).fold(Bucket::default(), |bucket, _| bucket.take(QUOTA, at(0)).expect("a token"))
    }

    #[test]
    fn an_empty_bucket_says_when_the_next_token_comes() {
        let bucket = emptied();
        assert_eq!(bucket.used(QUOTA, at(0)), 3);
        let refused = bucket.take(QUOTA, at(20)).expect_err("empty");
        assert_eq!(refused.retry_after, Duration::from_secs(40));
        let bucket = bucket.take(QUOTA, at(60)).expect("one came back");
        assert!(bucket.take(QUOTA, at(60)).is_err());
        assert_eq!(bucket.used(QUOTA, at(10_000)), 0, "it fills up, and no further");
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let bucket = emptied().give_back(QUOTA);
        assert!(bucket.take(QUOTA, at(0)).is_ok());
        let full = Bucket::default().give_back(QUOTA);
        assert_eq!(full.used(QUOTA, at(0)), 0);
    }

    #[test]
    fn a_clock_set_back_shuts_nobody_out_for_longer() {
        let refused = emptied().take(QUOTA, at(-1_000_000)).expect_err("empty");
        assert_eq!(refused.retry_after, Duration::from_mins(1));
    }
}
