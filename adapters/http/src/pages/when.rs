//! Points in time, formatted for pages.

use domain::Timestamp;
use time::OffsetDateTime;

/// A point in time in two formats.
#[derive(Debug)]
pub(super) struct When {
    /// The format for people.
    pub(super) human: String,
    /// The format for programs (RFC 3339).
    pub(super) machine: String,
}

impl From<Timestamp> for When {
    fn from(at: Timestamp) -> Self {
        // Only years of more than four digits are out of range.
        let at = OffsetDateTime::from_unix_timestamp(at.as_unix());
        let at = at.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let (hour, minute, second) = at.to_hms();
        Self {
            human: format!("{} {} {}, {hour:02}:{minute:02} UTC", at.day(), at.month(), at.year()),
            machine: format!("{}T{hour:02}:{minute:02}:{second:02}Z", at.date()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_around_leap_days() {
        let cases = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ];
        for (at, expected) in cases {
            assert_eq!(When::from(Timestamp::from_unix(at)).machine, expected);
        }
        let when = When::from(Timestamp::from_unix(1_795_336_377));
        assert_eq!(when.human, "22 November 2026, 08:32 UTC");
    }
}
