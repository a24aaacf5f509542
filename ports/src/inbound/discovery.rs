//! Public documents: metadata, keys, and the state of the server.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Branding, Issuer, Resource, SigningKey};

use super::Capabilities;

/// The metadata of the server (RFC 8414, OIDC Discovery, RFC 7517, RFC 9728).
pub trait Discover: Send + Sync {
    /// The issuer identifier.
    fn issuer(&self) -> &Issuer;

    /// The name, logo and links that pages show.
    fn branding(&self) -> Branding {
        Branding::default()
    }

    /// The features that the metadata document lists.
    fn capabilities(&self) -> Capabilities;

    /// The keys that verify this server's tokens, for `jwks_uri`. The same `Arc` is returned until
    /// they change.
    fn keys(&self) -> Arc<Vec<SigningKey>>;

    /// Finds the registered resource whose metadata is at this path suffix (RFC 9728 §3.1): the
    /// path and query of its identifier, without the leading slash. `host` is the `Host` header of
    /// the request; it decides between resources with the same path.
    fn protected_resource(&self, suffix: &str, host: Option<&str>) -> Option<Resource>;
}

/// The readiness of the server.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Checks whether every service that is needed to serve requests answers.
    async fn check(&self) -> Verdict;
}

/// The readiness of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The server can serve requests.
    Ready,
    /// The database does not answer.
    StorageDown,
    /// The disk that holds the database is full: nothing can be written.
    StorageFull,
    /// The database file was deleted or replaced: nothing is written any more.
    StorageReplaced,
}
