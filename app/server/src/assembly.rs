//! Puts the parts together: the only place that knows which adapter serves which port.

mod application;
mod audit;
mod background;
mod branding;
mod catalog;
mod doubts;
mod first_start;
mod grants;
mod identity;
mod lifetimes;
mod limits;
mod listener;
mod open_files;
mod outbound;
mod registration;
mod secrets;
mod starts;
mod storage;

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt, sync::Arc};

use adapter_crypto::Argon2;
use adapter_system::{OsEntropy, SystemClock};
use domain::{EnabledGrants, Issuer, Lifetimes, NameDigests, TagKey};
use ports::outbound::{Entropy, Hashes, Limits, Sealer, Stores};
use services::{
    AdministerClients, AdministerUsers, BoundedAudit, ClientCache, Context, RevocationList,
    UserCache,
};

pub(crate) use self::{
    application::Running, background::Background, first_start::startup_message, listener::listen,
    starts::Turn,
};
use crate::{
    StartupError,
    config::{Config, Findings, Mistakes},
};

/// The parts that every command uses: the stores, and the use cases that administer them.
pub(crate) struct Assembly {
    pub(crate) config: Config,
    pub(crate) issuer: Issuer,
    pub(crate) stores: Stores,
    clients: Arc<ClientCache>,
    users: Arc<UserCache>,
    revocations: Arc<RevocationList>,
    lifetimes: Lifetimes,
    pub(crate) grants: EnabledGrants,
    pub(crate) hashes: Arc<dyn Hashes>,
    pub(crate) context: Context,
    pub(crate) audit: Arc<BoundedAudit>,
    limits: Arc<dyn Limits>,
    entropy: Arc<dyn Entropy>,
}

/// The purpose for which the stores are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To serve. A missing database, master key or first account is created at the first start.
    Serve {
        /// Whether a new, empty database is created in place of one that is missing.
        new_database: bool,
    },
    /// To carry out a command on the database of a server. Nothing is created.
    Command,
}

/// The keys that are derived from the master key.
pub(crate) struct Sealed {
    pub(crate) sealer: Arc<dyn Sealer>,
    pub(crate) tag_key: TagKey,
    pub(crate) unknown_names: NameDigests,
    pub(crate) answers: TagKey,
}

impl Assembly {
    /// Opens the store.
    pub(crate) async fn open(config: Config, purpose: Purpose) -> Result<Self, StartupError> {
        let issuer = identity::issuer(&config)?;
        let grants = grants::enabled(&config)?;
        if purpose != Purpose::Command {
            make_folder(&config)?;
        }
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
        let stores = storage::open(&config, purpose, clock.clone()).await?;
        // What was stored under another configuration may live longer than this one says.
        let families_until = stores.families.latest_expiry().await?;
        let lifetimes = Lifetimes { families_until, ..lifetimes::lifetimes(&config) };
        let revocations =
            RevocationList::open(stores.revocations.clone(), clock.clone(), lifetimes).await?;
        let configured = catalog::clients(&config)?;
        let clients =
            ClientCache::new(configured, stores.clients.clone(), stores.suspensions.clone());
        let limits = limits::open(&config, clock.clone())?;
        let audit = audit::bounded(&config, &stores, clock.clone());
        let hashes = Argon2::new(limits::hashing(&config), entropy.clone());
        let hashes = hashes.map_err(|error| StartupError::Start(error.to_string()))?;
        Ok(Self {
            config,
            issuer,
            clients: Arc::new(clients),
            users: Arc::new(UserCache::new(stores.users.clone())),
            revocations: Arc::new(revocations),
            lifetimes,
            grants,
            hashes: Arc::new(hashes),
            context: Context { clock, entropy: entropy.clone(), audit: audit.clone() },
            audit,
            stores,
            entropy,
            limits,
        })
    }

    /// Checks the configuration as a start does, without opening a store or a socket.
    ///
    /// # Errors
    ///
    /// Every mistake that was found.
    pub(crate) fn check(config: &Config) -> Result<(), Mistakes> {
        let mut findings = Findings::default();
        let address = findings.note(listener::check(config));
        findings.note(listener::check_admin(config));
        findings.note(identity::access_token_algorithm(config));
        findings.note(identity::id_token_algorithm(config));
        lifetimes::check(config, &mut findings);
        findings.note(branding::branding(config));
        findings.note(outbound::web(config));
        findings.note(first_start::check(config));
        limits::check(config, &mut findings);
        findings.note(audit::check(config));
        findings.note(storage::check(config));
        findings.note(grants::enabled(config));
        let clients = catalog::check_clients(config, &mut findings);
        // What else depends on an address that cannot be read would be a misleading mistake.
        if address.is_none() {
            return findings.into_result(());
        }
        if let Some(issuer) = findings.note(identity::issuer(config)) {
            catalog::check_places(&clients, &issuer, &mut findings);
            if let Some(catalog) = findings.note(catalog::catalog(config, &issuer)) {
                catalog::check_reach(&clients, &catalog, &mut findings);
            }
            findings.note(registration::policy(config, &issuer));
            findings.note(registration::gate(config, &issuer));
            findings.note(secrets::check(config, &issuer));
        }
        findings.into_result(())
    }

    /// Warnings about settings that are valid and probably not intended.
    pub(crate) fn doubts(config: &Config) -> Vec<String> {
        doubts::doubts(config)
    }

    /// The use cases of `portcullis user`.
    pub(crate) fn users(&self) -> AdministerUsers {
        AdministerUsers {
            users: self.stores.users.clone(),
            consents: self.stores.consents.clone(),
            hashes: self.hashes.clone(),
            one_time_password_lifetime: self.config.lifetimes.one_time_password,
            context: self.context.clone(),
        }
    }

    /// The use cases of `portcullis client`.
    pub(crate) fn clients(&self) -> AdministerClients {
        AdministerClients {
            known: self.clients.clone(),
            revocations: self.revocations.clone(),
            clients: self.stores.clients.clone(),
            suspensions: self.stores.suspensions.clone(),
            issuer: self.issuer.clone(),
            grants: self.grants.clone(),
            context: self.context.clone(),
        }
    }
}

/// Makes the data folder if something is to be put into it: a server that keeps everything elsewhere
/// needs nowhere to write.
fn make_folder(config: &Config) -> Result<(), StartupError> {
    if !storage::is_in_folder(config) && !secrets::is_in_folder(config) {
        return Ok(());
    }
    // Nobody else on this machine has any business there.
    let made = DirBuilder::new().recursive(true).mode(0o700).create(&config.data_dir);
    made.map_err(|error| {
        StartupError::Start(format!(
            "the data folder {} cannot be made: {error}",
            config.data_dir.display()
        ))
    })
}
