//! How long things live.

use std::time::Duration;

use serde::Deserialize;

/// How long things live: `"90s"`, `"15m"`, `"30days"`.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LifetimesSection {
    /// An authorization code. Ten minutes at most (OAuth 2.1 §4.1.2).
    #[serde(with = "humantime_serde")]
    pub(crate) code: Duration,
    /// An access token, where neither its client nor its resource says otherwise.
    #[serde(with = "humantime_serde")]
    pub(crate) access_token: Duration,
    /// An ID token.
    #[serde(with = "humantime_serde")]
    pub(crate) id_token: Duration,
    /// A refresh token, from one use to the next.
    #[serde(with = "humantime_serde")]
    pub(crate) refresh_idle: Duration,
    /// All refresh tokens of one grant, however often they are used.
    #[serde(with = "humantime_serde")]
    pub(crate) refresh_absolute: Duration,
    /// How long a spent refresh token is taken for a retry after a lost answer, or for a refresh from
    /// a second machine of the same client, and gets the same successor again. Time in which no
    /// instance of the server was up does not count. `"0s"` forgives nothing.
    #[serde(with = "humantime_serde")]
    pub(crate) refresh_grace: Duration,
    /// How long a person stays signed in at most. Their cookie ends with the browser, if that is sooner.
    #[serde(with = "humantime_serde")]
    pub(crate) session: Duration,
    /// How long a one-time password may wait to be used. It works once, however long that is.
    #[serde(with = "humantime_serde")]
    pub(crate) one_time_password: Duration,
    /// How long a person may take to sign in and decide. A day at most: their browser remembers no
    /// longer.
    #[serde(with = "humantime_serde")]
    pub(crate) interaction: Duration,
}

impl Default for LifetimesSection {
    fn default() -> Self {
        const DAY: Duration = Duration::from_hours(24);
        Self {
            code: Duration::from_mins(1),
            access_token: Duration::from_mins(15),
            id_token: Duration::from_mins(15),
            refresh_idle: 14 * DAY,
            refresh_absolute: 90 * DAY,
            refresh_grace: Duration::from_mins(1),
            session: DAY,
            one_time_password: 7 * DAY,
            interaction: Duration::from_mins(10),
        }
    }
}
