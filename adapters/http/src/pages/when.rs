//! Points in time, formatted for pages.

use domain::Timestamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

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
        let (days, second) = (at.as_unix().div_euclid(86_400), at.as_unix().rem_euclid(86_400));
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        let (year, month, day) = date(days);
        let name = MONTHS[month - 1];
        Self {
            human: format!("{day} {name} {year}, {hour:02}:{minute:02} UTC"),
            machine: format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"),
        }
    }
}

/// The Gregorian date that is so many days after 1 January 1970. Years are counted from March, so
/// that the leap day comes last.
fn date(days: i64) -> (i64, usize, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leaps = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leaps) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, usize::try_from(month).unwrap_or(1), day)
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
