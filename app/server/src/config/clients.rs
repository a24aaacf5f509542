//! Clients that are known from the start.

use std::time::Duration;

use serde::Deserialize;

use super::Sensitive;

/// A client. It is changed here and nowhere else.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientSection {
    /// Its identifier. May be a URL.
    pub(crate) id: String,
    /// What to call it.
    pub(crate) name: Option<String>,
    /// Its secret: at least 32 characters that nobody can guess. Absent: a public client.
    pub(crate) secret: Option<Sensitive>,
    /// `client_secret_basic`, `client_secret_post` or `none`. Absent: `client_secret_basic` with a
    /// secret, `none` without.
    pub(crate) auth_method: Option<String>,
    /// Where it may be answered: compared exactly, but for the port of a loopback URI.
    #[serde(default)]
    pub(crate) redirect_uris: Vec<String>,
    /// Where a person may be sent after signing out.
    #[serde(default)]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    /// The grants it may use. Absent: `authorization_code` and `refresh_token`.
    pub(crate) grant_types: Option<Vec<String>>,
    /// The most it may ever be granted. Absent: not restricted; empty: nothing.
    pub(crate) scope: Option<String>,
    /// The resources it may ask for. Absent: not restricted; empty: none.
    pub(crate) resources: Option<Vec<String>>,
    /// Its logo: a PNG, JPEG, GIF or WebP image of at most 64 KiB, as a `data:` URL or at an `https` one.
    /// It is fetched by the server, never by people's browsers.
    pub(crate) logo_uri: Option<String>,
    /// How long its access tokens live.
    #[serde(default, with = "humantime_serde")]
    pub(crate) access_token_lifetime: Option<Duration>,
    /// How long its refresh tokens live from one use to the next.
    #[serde(default, with = "humantime_serde")]
    pub(crate) refresh_idle_lifetime: Option<Duration>,
    /// What its ID tokens are signed with, `RS256` or `ES256`. Absent: `signing.id_token_algorithm`.
    pub(crate) id_token_signed_response_alg: Option<String>,
}
