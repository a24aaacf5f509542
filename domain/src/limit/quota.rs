//! The size of a token bucket.

use std::str::FromStr;

/// The size of a token bucket: `burst` at once, then `per_hour`. Its text is `10 + 20/h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    burst: u32,
    per_hour: u32,
}

const HOUR_MS: i64 = 3_600_000;

impl Quota {
    /// The most of either: one for each millisecond.
    pub const MAX: u32 = 3_600_000;

    /// A quota of `burst` at once and `per_hour` afterwards, each 1 to [`Quota::MAX`].
    #[must_use]
    pub const fn new(burst: u32, per_hour: u32) -> Option<Self> {
        let lawful = burst > 0 && burst <= Self::MAX && per_hour > 0 && per_hour <= Self::MAX;
        if lawful { Some(Self { burst, per_hour }) } else { None }
    }

    /// A quota of numbers that are known to be lawful.
    pub(super) const fn lawful(burst: u32, per_hour: u32) -> Self {
        Self { burst, per_hour }
    }

    /// The number that may be taken at once.
    #[must_use]
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// The number that come back in an hour.
    #[must_use]
    pub const fn per_hour(self) -> u32 {
        self.per_hour
    }

    /// A quota `times` as large, for what many share; never more than [`Quota::MAX`] of either.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        let most = |number: u32| number.saturating_mul(times).clamp(1, Self::MAX);
        Self { burst: most(self.burst), per_hour: most(self.per_hour) }
    }

    /// Milliseconds until one comes back.
    pub(super) const fn interval(self) -> i64 {
        HOUR_MS / self.per_hour as i64
    }

    /// Milliseconds until all have come back.
    pub(super) const fn whole(self) -> i64 {
        self.interval() * self.burst as i64
    }
}

impl std::fmt::Display for Quota {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} + {}/h", self.burst, self.per_hour)
    }
}

impl FromStr for Quota {
    type Err = MalformedQuota;

    fn from_str(text: &str) -> Result<Self, MalformedQuota> {
        let (burst, rest) = text.split_once('+').ok_or(MalformedQuota)?;
        let rate = rest.trim().strip_suffix("/h").ok_or(MalformedQuota)?;
        let number = |text: &str| text.trim().parse().map_err(|_| MalformedQuota);
        Self::new(number(burst)?, number(rate)?).ok_or(MalformedQuota)
    }
}

/// The text of a quota could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a limit is written like \"10 + 20/h\": 10 at once, then 20 an hour, each 1 to 3600000")]
pub struct MalformedQuota;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multiple_of_a_quota_is_lawful() {
        let multiple = |quota: Quota| quota.times(16).to_string();
        assert_eq!(multiple(Quota::lawful(10, 20)), "160 + 320/h");
        assert_eq!(multiple(Quota::lawful(Quota::MAX, 1)), "3600000 + 16/h");
    }

    #[test]
    fn a_quota_is_read_as_it_is_written() {
        let quota: Quota = "10 + 20/h".parse().expect("lawful");
        assert_eq!((quota.burst(), quota.per_hour()), (10, 20));
        assert_eq!(quota.to_string(), "10 + 20/h");
        for text in ["", "10", "10 + 20", "0 + 1/h", "1 + 0/h", "3600001 + 1/h", "-1 + 1/h"] {
            assert_eq!(text.parse::<Quota>(), Err(MalformedQuota), "{text}");
        }
    }
}
