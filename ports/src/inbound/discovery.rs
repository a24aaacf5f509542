//! What anybody may read.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Branding, Issuer, Resource, SigningKey};

use super::Capabilities;

/// Describes this server (RFC 8414, OIDC Discovery, RFC 7517, RFC 9728).
pub trait Discover: Send + Sync {
    /// Who this server is.
    fn issuer(&self) -> &Issuer;

    /// Whose server it is, for people.
    fn branding(&self) -> Branding {
        Branding::default()
    }

    /// What it can do.
    fn capabilities(&self) -> Capabilities;

    /// The keys that verify its tokens. The same `Arc` is returned until they change.
    fn keys(&self) -> Arc<Vec<SigningKey>>;

    /// The registered resource whose metadata is at this path suffix (RFC 9728 §3.1): the path and
    /// query of its identifier, without the leading slash. `host` is the host that was asked: it decides
    /// between resources with the same path.
    fn protected_resource(&self, suffix: &str, host: Option<&str>) -> Option<Resource>;
}

/// Says how this server is.
#[async_trait]
pub trait Probe: Send + Sync {
    /// Whether everything that is needed to serve answers.
    async fn check(&self) -> Verdict;
}

/// How this server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Ready to serve.
    Ready,
    /// The database does not answer.
    StorageDown,
    /// The disk that holds the database is full: nothing can be written.
    StorageFull,
    /// The database file was deleted or replaced: nothing is written any more.
    StorageReplaced,
}
