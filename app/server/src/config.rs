//! Everything an operator can set. The doc comments here are the reference manual.
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
    /// Where the server keeps what it makes for itself: the database, unless `storage.url` says
    /// otherwise, and on a localhost issuer the master key, unless `master_key` gives it. With both
    /// elsewhere, nothing is written here.
    pub(crate) data_dir: PathBuf,
    /// The private signing keys are sealed under this key, and what tells refresh tokens of ours from
    /// made-up ones is derived from it: 32 bytes in base64 or hexadecimal (`openssl rand -base64 32`).
    /// On a localhost issuer it is made at the first start; elsewhere it must be set.
    pub(crate) master_key: Option<Sensitive>,
    /// Where the server listens, and who it is.
    pub(crate) server: ServerSection,
    /// The API for whoever operates the server.
    pub(crate) admin: AdminSection,
    /// Whose server this is, for the people who see its pages.
    pub(crate) branding: BrandingSection,
    /// Where data lives.
    pub(crate) storage: StorageSection,
    /// How tokens are signed.
    pub(crate) signing: SigningSection,
    /// The first account.
    pub(crate) bootstrap: BootstrapSection,
    /// How long things live.
    pub(crate) lifetimes: LifetimesSection,
    /// Limits for strangers. `"10 + 20/h"` is 10 at once, then 20 an hour. An IPv6 address counts as its
    /// /64, as its /56 with 4 times the numbers, and as its /48 with 16 times. Who asks too often gets the
    /// status 429 and is told when to try again. The counts are kept in memory and start anew with the
    /// server. How many may connect: section `server`.
    pub(crate) limits: LimitsSection,
    /// Who may register clients.
    pub(crate) registration: RegistrationSection,
    /// What tokens may be for, where no resource says.
    pub(crate) tokens: TokensSection,
    /// The protected resources.
    pub(crate) resources: Vec<ResourceSection>,
    /// The clients that are known from the start.
    pub(crate) clients: Vec<ClientSection>,
    /// How other people's servers are asked: for the logos of clients.
    pub(crate) fetch: FetchSection,
    /// What is kept of what happened.
    pub(crate) audit: AuditSection,
    /// What is logged.
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
