//! What tokens may be for.

use std::time::Duration;

use serde::Deserialize;

use super::Scopes;

/// What tokens may be for, where no resource says.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TokensSection {
    /// The grant types that this server honours (`grant_types_supported`). A client cannot be registered
    /// for any other, and a token request for another gets `unsupported_grant_type`. Absent:
    /// `authorization_code`, `refresh_token` and `client_credentials`.
    pub(crate) grant_types: Option<Vec<String>>,
    /// The resource that a request without `resource` is for. Absent: its token is for the issuer.
    pub(crate) default_resource: Option<String>,
    /// What a request gets that names neither a resource nor a scope: of `scopes`, and of those of
    /// OpenID Connect.
    pub(crate) default_scope: String,
    /// Scopes that belong to no resource, each with what it means to a person. People see them in the
    /// order of this file.
    pub(crate) scopes: Scopes,
    /// Whether a token may be for a resource that is not registered, with whatever scope: `accept`
    /// or `refuse`. Absent: `accept` on a localhost issuer without any `[[resources]]`, else
    /// `refuse`.
    pub(crate) unregistered_resources: Option<Unregistered>,
}

/// What becomes of a request for a resource that is not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unregistered {
    /// It is taken as it is.
    Accept,
    /// It is refused with `invalid_target`.
    Refuse,
}

/// A protected resource: an API or MCP server (RFC 8707, RFC 9728).
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceSection {
    /// Its identifier: what tokens for it carry in `aud`.
    pub(crate) uri: String,
    /// What to call it on a page.
    pub(crate) name: Option<String>,
    /// The scopes it knows, each with what it means to a person. People see them in the order of this
    /// file.
    #[serde(default)]
    pub(crate) scopes: Scopes,
    /// What a request gets that names no scope. Absent: every scope of the resource.
    pub(crate) default_scope: Option<String>,
    /// The clients that may introspect tokens for it, besides the client of the token.
    #[serde(default)]
    pub(crate) introspectors: Vec<String>,
    /// How long an access token for it lives.
    #[serde(default, with = "humantime_serde")]
    pub(crate) access_token_lifetime: Option<Duration>,
    /// What access tokens for it are signed with, `ES256` or `RS256`. Absent: `signing.algorithm`. A
    /// token for resources that disagree is signed with RS256.
    pub(crate) algorithm: Option<String>,
}
