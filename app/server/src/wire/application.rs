//! The use cases behind the HTTP adapter.

use std::sync::{Arc, Mutex};

use adapter_crypto::Factory;
use adapter_http::{Application, Settings};
use domain::Catalog;
use ports::inbound::Verdict;
use services::{
    Account, Authorize, Decide, Discover, EndSession, Flow, Introspect, IssueTokens, KeyCabinet,
    Keys, Logos, Mint, Presence, RegisterClients, Revoke, SignIn, UnusedClients, Upkeep, UserInfo,
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
        let sealed = self.unseal().await?;
        let catalog = Arc::new(catalog::catalog(&self.config, &self.issuer)?);
        let mint = self.mint(&sealed, &catalog).await?;
        let upkeep = Arc::new(Upkeep {
            directory: self.directory.clone(),
            changes: self.sql.clone(),
            stores: vec![self.sql.clone()],
            unused_clients: Arc::new(self.unused_clients()),
            clock: self.world.clock.clone(),
            verdict: Mutex::new(Verdict::Ready),
        });
        let presence =
            Presence::open(self.sql.clone(), self.world.clock.clone(), self.issuer.clone());
        let presence = Arc::new(presence.await?);
        Ok(Running {
            application: self.application(
                &sealed,
                catalog,
                mint,
                upkeep.clone(),
                presence.clone(),
            )?,
            settings: Settings {
                allowed_origins: self.config.server.allowed_origins.clone(),
                body_memory: limits::body_memory(&self.config),
            },
            upkeep,
            presence,
        })
    }

    fn application(
        &self,
        sealed: &Sealed,
        catalog: Arc<Catalog>,
        mint: Mint,
        upkeep: Arc<Upkeep>,
        presence: Arc<Presence>,
    ) -> Result<Application, Trouble> {
        let tokens = Arc::new(self.tokens(sealed, mint.clone(), presence));
        let flow = Arc::new(self.flow(sealed, mint.clone())?);
        let clients = self.registration(&mint, upkeep.unused_clients.clone())?;
        let sign_in = Arc::new(SignIn {
            flow: flow.clone(),
            users: self.sql.clone(),
            hashes: self.hashes.clone(),
            guard: self.guard(),
            unknown_names: sealed.unknown_names.clone(),
        });
        Ok(Application {
            discover: Arc::new(Discover {
                issuer: self.issuer.clone(),
                branding: branding::branding(&self.config)?,
                catalog,
                keys: mint.keys.clone(),
                signing: mint.signing,
                registration: registration::is_on(&clients.gate),
            }),
            introspect: Arc::new(Introspect { tokens: tokens.clone() }),
            revoke: Arc::new(Revoke { tokens: tokens.clone() }),
            tokens,
            user_info: Arc::new(UserInfo { directory: self.directory.clone(), mint }),
            clients: Arc::new(clients),
            authorize: Arc::new(Authorize { flow: flow.clone() }),
            sign_in: sign_in.clone(),
            decide: Arc::new(Decide { flow: flow.clone(), logos: self.logos()? }),
            account: Arc::new(Account { flow: flow.clone(), sign_in }),
            end_session: Arc::new(EndSession { flow }),
            probe: upkeep,
        })
    }

    async fn mint(&self, sealed: &Sealed, catalog: &Arc<Catalog>) -> Result<Mint, Trouble> {
        let lifetimes = self.lifetimes().await?;
        let cabinet = KeyCabinet {
            store: self.sql.clone(),
            factory: Arc::new(Factory),
            sealer: sealed.sealer.clone(),
            world: self.world.clone(),
        };
        let keys = Keys::open(&cabinet).await.map_err(|error| Trouble::Start(error.to_string()))?;
        Ok(Mint {
            issuer: self.issuer.clone(),
            keys: Arc::new(keys),
            signing: identity::signing(&self.config)?,
            catalog: catalog.clone(),
            lifetimes,
            world: self.world.clone(),
        })
    }

    fn tokens(&self, sealed: &Sealed, mint: Mint, presence: Arc<Presence>) -> IssueTokens {
        IssueTokens {
            directory: self.directory.clone(),
            codes: self.sql.clone(),
            families: self.sql.clone(),
            presence,
            mint,
            tag_key: sealed.tag_key.clone(),
            world: self.world.clone(),
            limits: self.limits.clone(),
        }
    }

    fn flow(&self, sealed: &Sealed, mint: Mint) -> Result<Flow, Trouble> {
        Ok(Flow {
            directory: self.directory.clone(),
            interactions: self.sql.clone(),
            sessions: self.sql.clone(),
            families: self.sql.clone(),
            consents: self.sql.clone(),
            codes: self.sql.clone(),
            sealer: sealed.sealer.clone(),
            answers: sealed.answers.clone(),
            mint,
            world: self.world.clone(),
            redirects: registration::redirects(&self.config, &self.issuer)?,
            limits: self.limits.clone(),
        })
    }

    fn logos(&self) -> Result<Logos, Trouble> {
        Ok(Logos::new(Arc::new(outbound::web(&self.config)?), self.world.clock.clone()))
    }

    fn unused_clients(&self) -> UnusedClients {
        let section = &self.config.registration;
        let (lifetime, most) = (section.unused_lifetime, section.unused_maximum);
        UnusedClients::new(self.sql.clone(), lifetime, most, self.world.clone())
    }

    fn registration(
        &self,
        mint: &Mint,
        unused: Arc<UnusedClients>,
    ) -> Result<RegisterClients, Trouble> {
        Ok(RegisterClients {
            directory: self.directory.clone(),
            clients: self.sql.clone(),
            gate: registration::gate(&self.config, &self.issuer)?,
            policy: registration::policy(&self.config, &self.issuer)?,
            consents: self.sql.clone(),
            lifetimes: mint.lifetimes,
            unused,
            world: self.world.clone(),
            limits: self.limits.clone(),
        })
    }
}
