//! The use cases behind the HTTP adapter.

use std::sync::{Arc, Mutex};

use adapter_crypto::Factory;
use adapter_documents::SealedRequests;
use adapter_http::{Administration, Application, Settings};
use domain::Catalog;
use ports::inbound::Verdict;
use services::{
    Discover, Foundation, KeyManager, Keys, Maintenance, Presence, RegisterClients, UnusedClients,
    UseCases,
};

use super::{Assembly, Sealed, branding, catalog, identity, limits, outbound, registration};
use crate::StartupError;

/// The assembled server.
pub(crate) struct Running {
    pub(crate) application: Application,
    pub(crate) administration: Administration,
    pub(crate) settings: Settings,
    pub(crate) maintenance: Arc<Maintenance>,
    pub(crate) presence: Arc<Presence>,
}

impl Assembly {
    /// Assembles the server.
    pub(crate) async fn run(&self) -> Result<Running, StartupError> {
        let foundation = self.foundation().await?;
        let maintenance = Arc::new(self.maintenance());
        Ok(Running {
            administration: Administration { probe: maintenance.clone() },
            application: self.application(&foundation, maintenance.clone())?,
            settings: Settings {
                allowed_origins: self.config.server.allowed_origins.clone(),
                body_memory: limits::body_memory(&self.config),
            },
            maintenance,
            presence: foundation.presence,
        })
    }

    async fn foundation(&self) -> Result<Foundation, StartupError> {
        let sealed = self.unseal().await?;
        let catalog = Arc::new(catalog::catalog(&self.config, &self.issuer)?);
        let keys = Arc::new(self.keys(&sealed).await?);
        let (stores, clock) = (&self.stores, self.context.clock.clone());
        let presence = Presence::open(stores.uptimes.clone(), clock, self.issuer.clone()).await?;
        Ok(Foundation {
            stores: stores.clone(),
            limits: self.limits.clone(),
            sealer: Arc::new(SealedRequests::new(sealed.sealer.clone())),
            hashes: self.hashes.clone(),
            web: Arc::new(outbound::web(&self.config)?),
            context: self.context.clone(),
            clients: self.clients.clone(),
            users: self.users.clone(),
            revocations: self.revocations.clone(),
            keys,
            presence: Arc::new(presence),
            settings: self.settings(sealed, catalog)?,
        })
    }

    fn settings(
        &self,
        sealed: Sealed,
        catalog: Arc<Catalog>,
    ) -> Result<services::Settings, StartupError> {
        let (passwords_at_once, passwords_waiting) = limits::password_checks(&self.config);
        Ok(services::Settings {
            issuer: self.issuer.clone(),
            catalog,
            grants: self.grants.clone(),
            signing: identity::signing(&self.config)?,
            lifetimes: self.lifetimes,
            redirects: registration::redirects(&self.config, &self.issuer)?,
            tag_key: sealed.tag_key,
            answers: sealed.answers,
            unknown_names: sealed.unknown_names,
            passwords_at_once,
            passwords_waiting,
        })
    }

    async fn keys(&self, sealed: &Sealed) -> Result<Keys, StartupError> {
        let manager = KeyManager {
            store: self.stores.signing_keys.clone(),
            factory: Arc::new(Factory),
            sealer: sealed.sealer.clone(),
            context: self.context.clone(),
        };
        Keys::open(&manager).await.map_err(|error| StartupError::Start(error.to_string()))
    }

    fn maintenance(&self) -> Maintenance {
        Maintenance {
            clients: self.clients.clone(),
            users: self.users.clone(),
            revocations: self.revocations.clone(),
            changes: self.stores.changes.clone(),
            stores: self.stores.housekeeping.clone(),
            unused_clients: Arc::new(self.unused_clients()),
            clock: self.context.clock.clone(),
            verdict: Mutex::new(Verdict::Ready),
        }
    }

    fn application(
        &self,
        foundation: &Foundation,
        maintenance: Arc<Maintenance>,
    ) -> Result<Application, StartupError> {
        let clients = self.registration(maintenance.unused_clients.clone())?;
        let Foundation { settings, keys, .. } = foundation;
        let cases: UseCases = foundation.use_cases();
        Ok(Application {
            discover: Arc::new(Discover {
                issuer: self.issuer.clone(),
                branding: branding::branding(&self.config)?,
                catalog: settings.catalog.clone(),
                grants: settings.grants.clone(),
                keys: keys.clone(),
                signing: settings.signing,
                registration: registration::is_on(&clients.gate),
            }),
            tokens: cases.issue_tokens,
            introspect: cases.introspect,
            revoke: cases.revoke,
            user_info: cases.user_info,
            clients: Arc::new(clients),
            authorize: cases.authorize,
            sign_in: cases.sign_in,
            decide: cases.decide,
            account: cases.account,
            end_session: cases.end_session,
            probe: maintenance,
        })
    }

    fn unused_clients(&self) -> UnusedClients {
        let section = &self.config.registration;
        let (lifetime, most) = (section.unused_lifetime, section.unused_maximum);
        UnusedClients::new(self.stores.clients.clone(), lifetime, most, self.context.clone())
    }

    fn registration(&self, unused: Arc<UnusedClients>) -> Result<RegisterClients, StartupError> {
        Ok(RegisterClients {
            known: self.clients.clone(),
            revocations: self.revocations.clone(),
            clients: self.stores.clients.clone(),
            gate: registration::gate(&self.config, &self.issuer)?,
            policy: registration::policy(&self.config, &self.issuer)?,
            consents: self.stores.consents.clone(),
            unused,
            context: self.context.clone(),
            limits: self.limits.clone(),
        })
    }
}
