//! Client metadata.

use std::time::Duration;

use crate::{Algorithm, ApplicationType, GrantType, RedirectUri, ResourceUri, Scope};

/// The lifetimes of the tokens of one client, where they differ from the server's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClientLifetimes {
    /// Its access tokens.
    pub access_token: Option<Duration>,
    /// Its refresh tokens, from one use to the next.
    pub refresh_idle: Option<Duration>,
}

/// The metadata of a client (RFC 7591 §2). URIs that are only shown or only stored are text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientMetadata {
    /// `client_name`.
    pub client_name: Option<String>,
    /// `redirect_uris`.
    pub redirect_uris: Vec<RedirectUri>,
    /// `post_logout_redirect_uris`: the addresses that a person may be sent to after signing out (OIDC
    /// RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// `application_type`.
    pub application_type: Option<ApplicationType>,
    /// `id_token_signed_response_alg` (OIDC Registration §2). `None`: the server's default.
    pub id_token_algorithm: Option<Algorithm>,
    /// The most it may ever be granted. Absent: not restricted; empty: nothing.
    pub scope: Option<Scope>,
    /// The resources it may ask for. Absent: not restricted; empty: none.
    pub resources: Option<Vec<ResourceUri>>,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its logo.
    pub logo_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
    /// `contacts`: e-mail addresses of people who are responsible.
    pub contacts: Vec<String>,
    /// `jwks_uri`: the address of its keys.
    pub jwks_uri: Option<String>,
    /// Its keys: a JWK set, as JSON text.
    pub jwks: Option<String>,
    /// The software it is an instance of.
    pub software_id: Option<String>,
    /// The version of that software.
    pub software_version: Option<String>,
}

impl ClientMetadata {
    /// The members that differ from those of `other`, by their names on the wire.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let members = [
            ("client_name", self.client_name != other.client_name),
            ("redirect_uris", self.redirect_uris != other.redirect_uris),
            (
                "post_logout_redirect_uris",
                self.post_logout_redirect_uris != other.post_logout_redirect_uris,
            ),
            ("grant_types", self.grant_types != other.grant_types),
            ("application_type", self.application_type != other.application_type),
            ("id_token_signed_response_alg", self.id_token_algorithm != other.id_token_algorithm),
            ("scope", self.scope != other.scope),
            ("resources", self.resources != other.resources),
            ("client_uri", self.client_uri != other.client_uri),
            ("logo_uri", self.logo_uri != other.logo_uri),
            ("tos_uri", self.tos_uri != other.tos_uri),
            ("policy_uri", self.policy_uri != other.policy_uri),
            ("contacts", self.contacts != other.contacts),
            ("jwks_uri", self.jwks_uri != other.jwks_uri),
            ("jwks", self.jwks != other.jwks),
            ("software_id", self.software_id != other.software_id),
            ("software_version", self.software_version != other.software_version),
        ];
        members.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}
