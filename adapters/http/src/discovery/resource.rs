//! The metadata of registered resources (RFC 9728).

use domain::{Issuer, Resource};
use poem_openapi::Object;

/// The well-known path of resource metadata (RFC 9728 §3).
pub(super) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// Protected resource metadata (RFC 9728 §2).
#[derive(Debug, Object)]
#[oai(rename = "ResourceMetadata", skip_serializing_if_is_none)]
pub(super) struct ResourceMetadata {
    /// The resource identifier, which an access token for the resource has in `aud`.
    resource: String,
    /// The issuer identifiers of the authorization servers that issue tokens for the resource.
    authorization_servers: Vec<String>,
    /// The scopes of the resource.
    scopes_supported: Vec<String>,
    /// The ways in which the resource accepts bearer tokens (RFC 6750 §2).
    bearer_methods_supported: Vec<String>,
    /// The display name of the resource.
    resource_name: Option<String>,
}

impl ResourceMetadata {
    pub(super) fn new(resource: Resource, issuer: &Issuer) -> Self {
        Self {
            resource: resource.uri.to_string(),
            authorization_servers: vec![issuer.to_string()],
            scopes_supported: resource.scopes.names().map(str::to_owned).collect(),
            bearer_methods_supported: vec!["header".to_owned()],
            resource_name: resource.name,
        }
    }
}

/// The part behind the well-known part of a path: the path and query of the resource identifier as
/// they were sent, without the leading slash (RFC 9728 §3.1).
pub(super) fn suffix(sent: &str) -> &str {
    let rest = sent.split_once(WELL_KNOWN).map_or("", |(_, rest)| rest);
    rest.strip_prefix('/').unwrap_or(rest)
}
