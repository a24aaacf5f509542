//! The sections `tokens` and `resources`.

use std::time::Duration;

use serde::Deserialize;

use super::Scopes;

/// Grant types, and the audience and scopes of tokens without a registered resource.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TokensSection {
    /// The grant types that this server honours (`grant_types_supported`). A client cannot be registered
    /// for any other, and a token request for another gets `unsupported_grant_type`. Absent:
    /// `authorization_code`, `refresh_token` and `client_credentials`.
    pub(crate) grant_types: Option<Vec<String>>,
    /// The resource of a request without `resource`. Absent: its audience is the issuer.
    pub(crate) default_resource: Option<String>,
    /// The scope of a request that names neither `resource` nor `scope`: out of `scopes` and the scopes
    /// of OpenID Connect.
    pub(crate) default_scope: String,
    /// The scopes that belong to no resource, each with the description that consent pages show. They
    /// are shown in the order of this file.
    pub(crate) scopes: Scopes,
    /// Whether a token may be for a resource that is not registered, with whatever scope: `accept`
    /// or `refuse`. Absent: `accept` on a localhost issuer without any `[[resources]]`, else
    /// `refuse`.
    pub(crate) unregistered_resources: Option<Unregistered>,
}

/// The treatment of a request for a resource that is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unregistered {
    /// The request is accepted.
    Accept,
    /// The request is refused with `invalid_target` (RFC 8707 §2).
    Refuse,
}

/// A protected resource: an API or MCP server (RFC 8707, RFC 9728).
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceSection {
    /// The resource identifier: the `aud` of its tokens.
    pub(crate) uri: String,
    /// The name that consent pages show.
    pub(crate) name: Option<String>,
    /// The scopes of the resource, each with the description that consent pages show. They are shown in
    /// the order of this file.
    #[serde(default)]
    pub(crate) scopes: Scopes,
    /// The scope of a request that names none. Absent: every scope of the resource.
    pub(crate) default_scope: Option<String>,
    /// The clients that may introspect tokens for it, besides the client of the token.
    #[serde(default)]
    pub(crate) introspectors: Vec<String>,
    /// The lifetime of access tokens for the resource. Absent: `lifetimes.access_token`.
    #[serde(default, with = "humantime_serde")]
    pub(crate) access_token_lifetime: Option<Duration>,
    /// The signing algorithm of access tokens for the resource, `ES256` or `RS256`. Absent:
    /// `signing.algorithm`. A token for resources that disagree is signed with RS256.
    pub(crate) algorithm: Option<String>,
}
