//! Outbound requests, which fetch the logos of clients.

use std::{path::PathBuf, time::Duration};

use ipnet::IpNet;
use serde::Deserialize;

/// Outbound requests, which fetch the logos of clients.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FetchSection {
    /// The networks that may be requested from although they are not public, such as `10.1.0.0/16`.
    /// Anybody who may register a client can make the server send requests there.
    pub(crate) allowed_networks: Vec<IpNet>,
    /// The timeout of one request.
    #[serde(with = "humantime_serde")]
    pub(crate) timeout: Duration,
    /// A PEM file of certificate authorities to trust besides those of the system.
    pub(crate) trusted_certificates: Option<PathBuf>,
}

impl Default for FetchSection {
    fn default() -> Self {
        Self {
            allowed_networks: Vec::new(),
            timeout: Duration::from_secs(3),
            trusted_certificates: None,
        }
    }
}
