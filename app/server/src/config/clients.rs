//! The sections `clients`.

use std::time::Duration;

use serde::Deserialize;

use super::Sensitive;

/// A client of the configuration. Nothing else can change it.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientSection {
    /// The client identifier (`client_id`). It may be a URL.
    pub(crate) id: String,
    /// The name that consent pages show (`client_name`).
    pub(crate) name: Option<String>,
    /// The client secret: at least 32 random characters. Absent: a public client.
    pub(crate) secret: Option<Sensitive>,
    /// The client authentication method: `client_secret_basic`, `client_secret_post` or `none`. Absent:
    /// `client_secret_basic` with a secret, `none` without.
    pub(crate) auth_method: Option<String>,
    /// The redirect URIs. They are compared exactly, except for the port of a loopback URI.
    #[serde(default)]
    pub(crate) redirect_uris: Vec<String>,
    /// The redirect URIs for after sign-out (OpenID Connect RP-Initiated Logout).
    #[serde(default)]
    pub(crate) post_logout_redirect_uris: Vec<String>,
    /// The grant types that it may use, out of `tokens.grant_types`. Absent: `authorization_code` and
    /// `refresh_token`, as far as they are there.
    pub(crate) grant_types: Option<Vec<String>>,
    /// The scopes that it may be granted at most. Absent: not restricted; empty: nothing.
    pub(crate) scope: Option<String>,
    /// The resources that it may request tokens for. Absent: not restricted; empty: none.
    pub(crate) resources: Option<Vec<String>>,
    /// The logo: a PNG, JPEG, GIF or WebP image of at most 64 KiB, as a `data:` URL or an `https` URL.
    /// The server fetches it, never the browser.
    pub(crate) logo_uri: Option<String>,
    /// The lifetime of its access tokens. Absent: `lifetimes.access_token`.
    #[serde(default, with = "humantime_serde")]
    pub(crate) access_token_lifetime: Option<Duration>,
    /// The time after which an unused refresh token expires. Absent: `lifetimes.refresh_idle`.
    #[serde(default, with = "humantime_serde")]
    pub(crate) refresh_idle_lifetime: Option<Duration>,
    /// The signing algorithm of its ID tokens, `RS256` or `ES256`. Absent: `signing.id_token_algorithm`.
    pub(crate) id_token_signed_response_alg: Option<String>,
}
