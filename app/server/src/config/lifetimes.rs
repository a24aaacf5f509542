//! The section `lifetimes`.

use std::time::Duration;

use serde::Deserialize;

/// The lifetimes: `"90s"`, `"15m"`, `"30days"`.
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
    /// The time after which an unused refresh token expires.
    #[serde(with = "humantime_serde")]
    pub(crate) refresh_idle: Duration,
    /// The time after which all refresh tokens of one grant expire, however often they are used.
    #[serde(with = "humantime_serde")]
    pub(crate) refresh_absolute: Duration,
    /// The period after its use in which a refresh token is accepted again, for a retry after a lost
    /// response or a refresh by a second machine of the same client; it gets the same successor.
    /// Downtime of the whole server does not count. `"0s"` accepts no reuse.
    #[serde(with = "humantime_serde")]
    pub(crate) refresh_grace: Duration,
    /// The longest time that a session lasts. Its cookie also ends with the browser session.
    #[serde(with = "humantime_serde")]
    pub(crate) session: Duration,
    /// The time until an unused one-time password expires. It works once.
    #[serde(with = "humantime_serde")]
    pub(crate) one_time_password: Duration,
    /// The time a person has to sign in and decide. A day at most, since the cookie expires then.
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
