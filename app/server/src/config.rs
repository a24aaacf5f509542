//! The settings. The doc comments here are the reference manual.
//!
//! Values come from the defaults, then from the file, then from environment variables:
//! `PORTCULLIS_SERVER__ISSUER` is `server.issuer`.

mod audit;
mod clients;
mod fetch;
mod lifetimes;
mod limits;
mod load;
#[cfg(test)]
mod manual;
mod mistakes;
mod resources;
mod scopes;
mod sections;
mod sensitive;

use std::path::PathBuf;

use serde::Deserialize;

pub(crate) use self::{
    audit::AuditSection,
    clients::ClientSection,
    fetch::FetchSection,
    lifetimes::LifetimesSection,
    limits::LimitsSection,
    load::{ConfigError, load},
    mistakes::{Findings, Mistakes},
    resources::{ResourceSection, TokensSection, Unregistered},
    scopes::Scopes,
    sections::{
        AdminSection, BootstrapSection, BrandingSection, Forwarding, LogFormat, LogSection,
        RegistrationMode, RegistrationSection, ServerSection, SigningSection, StorageSection,
    },
    sensitive::Sensitive,
};

/// The whole configuration. An unknown key is an error, not a typo that goes unnoticed.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// The folder for the database, unless `storage.url` names another, and on a localhost issuer for
    /// the master key, unless `master_key` is set. With both elsewhere, nothing is written here.
    pub(crate) data_dir: PathBuf,
    /// The key that encrypts the private signing keys, and from which the key of refresh token tags is
    /// derived: 32 bytes in base64 or hexadecimal (`openssl rand -base64 32`). On a localhost issuer it
    /// is generated at the first start; elsewhere it must be set.
    pub(crate) master_key: Option<Sensitive>,
    /// The listener, the issuer, and the connections.
    pub(crate) server: ServerSection,
    /// The API for whoever operates the server.
    pub(crate) admin: AdminSection,
    /// The operator's name and logo on pages.
    pub(crate) branding: BrandingSection,
    /// The database.
    pub(crate) storage: StorageSection,
    /// The default signing algorithms.
    pub(crate) signing: SigningSection,
    /// The first account.
    pub(crate) bootstrap: BootstrapSection,
    /// Lifetimes: `"90s"`, `"15m"`, `"30days"`.
    pub(crate) lifetimes: LifetimesSection,
    /// Rate limits for unauthenticated requests. `"10 + 20/h"` is a burst of 10, then 20 an hour. An
    /// IPv6 address counts as its /64, as its /56 with 4 times the numbers, and as its /48 with 16
    /// times. A request over a limit gets the status 429 and `Retry-After`. The counts are kept in
    /// memory and start anew with the server. Limits of connections: section `server`.
    pub(crate) limits: LimitsSection,
    /// Dynamic client registration (RFC 7591).
    pub(crate) registration: RegistrationSection,
    /// Grant types, and the audience and scopes of tokens without a registered resource.
    pub(crate) tokens: TokensSection,
    /// The protected resources.
    pub(crate) resources: Vec<ResourceSection>,
    /// Clients that are registered by this file.
    pub(crate) clients: Vec<ClientSection>,
    /// Outbound requests, which fetch the logos of clients.
    pub(crate) fetch: FetchSection,
    /// The audit record.
    pub(crate) audit: AuditSection,
    /// The log, on standard error.
    pub(crate) log: LogSection,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("data"),
            master_key: None,
            server: ServerSection::default(),
            admin: AdminSection::default(),
            branding: BrandingSection::default(),
            storage: StorageSection::default(),
            signing: SigningSection::default(),
            bootstrap: BootstrapSection::default(),
            lifetimes: LifetimesSection::default(),
            limits: LimitsSection::default(),
            registration: RegistrationSection::default(),
            tokens: TokensSection::default(),
            resources: Vec::new(),
            clients: Vec::new(),
            fetch: FetchSection::default(),
            audit: AuditSection::default(),
            log: LogSection::default(),
        }
    }
}
