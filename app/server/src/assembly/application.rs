//! The use cases behind the HTTP adapter.

use std::sync::{Arc, Mutex};

use adapter_crypto::Factory;
use adapter_documents::SealedRequests;
use adapter_http::{Application, Settings};
use domain::Catalog;
use ports::inbound::Verdict;
use services::{
    Discover, Foundation, KeyCabinet, Keys, Presence, RegisterClients, UnusedClients, Upkeep,
    UseCases,
};

use super::{House, Sealed, branding, catalog, identity, limits, outbound, registration};
use crate::Trouble;

/// A server that is ready to be served.
pub(crate) struct Running {
    pub(crate) application: Application,
    pub(crate) settings: Settings,
    pub(crate) upkeep: Arc<Upkeep>,
    pub(crate) presence: Arc<Presence>,
}

impl House {
    /// Puts the server together.
    pub(crate) async fn run(&self) -> Result<Running, Trouble> {
        let foundation = self.foundation().await?;
        let upkeep = Arc::new(self.upkeep());
        Ok(Running {
            application: self.application(&foundation, upkeep.clone())?,
            settings: Settings {
                allowed_origins: self.config.server.allowed_origins.clone(),
                body_memory: limits::body_memory(&self.config),
            },
            upkeep,
            presence: foundation.presence,
        })
    }

    async fn foundation(&self) -> Result<Foundation, Trouble> {
        let sealed = self.unseal().await?;
        let catalog = Arc::new(catalog::catalog(&self.config, &self.issuer)?);
        let keys = Arc::new(self.keys(&sealed).await?);
        let (stores, clock) = (&self.stores, self.world.clock.clone());
        let presence = Presence::open(stores.uptimes.clone(), clock, self.issuer.clone()).await?;
        Ok(Foundation {
            stores: stores.clone(),
            limits: self.limits.clone(),
            sealer: Arc::new(SealedRequests::new(sealed.sealer.clone())),
            hashes: self.hashes.clone(),
            web: Arc::new(outbound::web(&self.config)?),
            world: self.world.clone(),
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
    ) -> Result<services::Settings, Trouble> {
        let (passwords_at_once, passwords_waiting) = limits::password_checks(&self.config);
        Ok(services::Settings {
            issuer: self.issuer.clone(),
            catalog,
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

    async fn keys(&self, sealed: &Sealed) -> Result<Keys, Trouble> {
        let cabinet = KeyCabinet {
            store: self.stores.signing_keys.clone(),
            factory: Arc::new(Factory),
            sealer: sealed.sealer.clone(),
            world: self.world.clone(),
        };
        Keys::open(&cabinet).await.map_err(|error| Trouble::Start(error.to_string()))
    }

    fn upkeep(&self) -> Upkeep {
        Upkeep {
            clients: self.clients.clone(),
            users: self.users.clone(),
            revocations: self.revocations.clone(),
            changes: self.stores.changes.clone(),
            stores: self.stores.housekeeping.clone(),
            unused_clients: Arc::new(self.unused_clients()),
            clock: self.world.clock.clone(),
            verdict: Mutex::new(Verdict::Ready),
        }
    }

    fn application(
        &self,
        foundation: &Foundation,
        upkeep: Arc<Upkeep>,
    ) -> Result<Application, Trouble> {
        let clients = self.registration(upkeep.unused_clients.clone())?;
        let Foundation { settings, keys, .. } = foundation;
        let cases: UseCases = foundation.use_cases();
        Ok(Application {
            discover: Arc::new(Discover {
                issuer: self.issuer.clone(),
                branding: branding::branding(&self.config)?,
                catalog: settings.catalog.clone(),
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
            probe: upkeep,
        })
    }

    fn unused_clients(&self) -> UnusedClients {
        let section = &self.config.registration;
        let (lifetime, most) = (section.unused_lifetime, section.unused_maximum);
        UnusedClients::new(self.stores.clients.clone(), lifetime, most, self.world.clone())
    }

    fn registration(&self, unused: Arc<UnusedClients>) -> Result<RegisterClients, Trouble> {
        Ok(RegisterClients {
            known: self.clients.clone(),
            revocations: self.revocations.clone(),
            clients: self.stores.clients.clone(),
            gate: registration::gate(&self.config, &self.issuer)?,
            policy: registration::policy(&self.config, &self.issuer)?,
            consents: self.stores.consents.clone(),
            unused,
            world: self.world.clone(),
            limits: self.limits.clone(),
        })
    }
}
