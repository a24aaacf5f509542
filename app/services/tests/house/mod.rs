//! A whole server in memory, with a clock that moves when told to.
#![expect(dead_code, reason = "no test needs all of it")]

pub(crate) mod registrations;
mod setup;
mod visits;

use std::{sync::Arc, time::Duration};

use adapter_crypto::{AesSealer, Factory, MasterKey};
use adapter_limits::LocalLimits;
use adapter_memory::{ManualClock, Memory, PlainHashes, SeededEntropy, StillWeb};
use domain::{
    Algorithm, AuthMethod, Catalog, Client, ClientId, CodeVerifier, ErrorCode, GrantType,
    InteractionId, Issuer, Limit, MachineAccess, NameDigests, OAuthError, Origin, Presented,
    Redirect, RedirectPolicy, RegistrationPolicy, Scope, Secret, SecretMethod, TagKey, Timestamp,
    Unvouched, Wanted,
};
use ports::inbound::{
    AdministerClients as _, AdministerUsers as _, Authorize as _, Begun, Browser, ClientDraft,
    Credentials, Decide as _, Decided, Decision, Fault, Grant, Introspect as _, Introspection,
    IssueTokens as _, NewUser, Next, SignIn as _, SignInPage, SignedIn, TokenSet,
};
use ports::outbound::Sealer;
use services::{
    Account, AdministerClients, AdministerUsers, Authorize, Decide, Directory, EndSession, Flow,
    Introspect, IssueTokens, KeyCabinet, Keys, Logos, Mint, Presence, RegisterClients,
    RegistrationGate, RevocationGraph, Revoke, SignIn, SignInGuard, Signing, UnusedClients,
    UserInfo, World,
};

use self::setup::{catalog, client, lifetimes};

pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const RESOURCE: &str = "https://api.example/mcp";
pub(crate) const CALLBACK: &str = "https://app.example/cb";
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) struct House {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) web: Arc<StillWeb>,
    pub(crate) limits: Arc<LocalLimits>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) tokens: Arc<IssueTokens>,
    pub(crate) introspect: Introspect,
    pub(crate) revoke: Revoke,
    pub(crate) user_info: UserInfo,
    pub(crate) authorize: Authorize,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) decide: Decide,
    pub(crate) account: Account,
    pub(crate) end_session: EndSession,
    pub(crate) users: AdministerUsers,
    pub(crate) clients: AdministerClients,
}

pub(crate) fn scope(list: &str) -> Scope {
    Scope::parse(list).expect("lawful")
}

/// The code of an error, so that a test can compare answers.
pub(crate) fn code<T>(answer: Result<T, OAuthError>) -> Result<T, ErrorCode> {
    answer.map_err(|error| error.code)
}

pub(crate) fn presented(id: &str) -> Presented {
    Presented { client: ClientId::new(id), secret: Some((SecretMethod::Post, Secret::new(id))) }
}

impl House {
    /// A server with the clients `web`, `other` and `api`, and the account `ada`.
    pub(crate) async fn new() -> Self {
        Self::set_up(None, |_| ()).await
    }

    /// The same, where clients that registered themselves may have this without a person.
    pub(crate) async fn with(machine_access: Option<MachineAccess>) -> Self {
        Self::set_up(machine_access, |_| ()).await
    }

    /// The same, with the client `web` as `change` leaves it.
    pub(crate) async fn with_web(change: impl FnOnce(&mut Client)) -> Self {
        Self::set_up(None, change).await
    }

    async fn set_up(
        machine_access: Option<MachineAccess>,
        change: impl FnOnce(&mut Client),
    ) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix(NOW)));
        let (memory, entropy) =
            (Arc::new(Memory::new(clock.clone())), Arc::new(SeededEntropy::default()));
        let world = World { clock: clock.clone(), entropy: entropy.clone(), audit: memory.clone() };
        let revocations =
            RevocationGraph::open(memory.clone(), clock.clone()).await.expect("memory answers");
        let web = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        let mut web_client = client("web", &web);
        change(&mut web_client);
        let clients =
            vec![web_client, client("other", &web), client("api", &[GrantType::ClientCredentials])];
        let directory = Arc::new(Directory::new(
            clients,
            (memory.clone(), memory.clone()),
            memory.clone(),
            Arc::new(revocations),
        ));
        let cabinet = KeyCabinet {
            store: memory.clone(),
            factory: Arc::new(Factory),
            sealer: Arc::new(AesSealer::new(MasterKey::new([1; 32]), Vec::new(), entropy)),
            world: world.clone(),
        };
        let mint = Mint {
            issuer: Issuer::parse("http://localhost:9000").expect("local"),
            keys: Arc::new(Keys::open(&cabinet).await.expect("keys")),
            signing: Signing { access_tokens: Algorithm::Es256, id_tokens: Algorithm::Rs256 },
            catalog: Arc::new(Catalog { machine_access, ..catalog() }),
            lifetimes: lifetimes(),
            world: world.clone(),
        };
        let presence = Presence::open(memory.clone(), clock.clone(), mint.issuer.clone());
        let presence = Arc::new(presence.await.expect("memory answers"));
        let sealer = cabinet.sealer.clone();
        let house = Self::assemble(clock, memory, directory, mint, (world, presence, sealer));
        let ada = NewUser {
            username: "ada".to_owned(),
            name: Some("Ada Lovelace".to_owned()),
            email: Some("ada@example.com".to_owned()),
            password: Some(Secret::new(PASSWORD)),
        };
        house.users.add(ada).await.expect("a new account");
        house
    }

    fn assemble(
        clock: Arc<ManualClock>,
        memory: Arc<Memory>,
        directory: Arc<Directory>,
        mint: Mint,
        (world, presence, sealer): (World, Arc<Presence>, Arc<dyn Sealer>),
    ) -> Self {
        let (hashes, web) = (Arc::new(PlainHashes), Arc::new(StillWeb::default()));
        let limits = Arc::new(LocalLimits::new(clock.clone(), Limit::default_quota));
        let tokens = Arc::new(IssueTokens {
            directory: directory.clone(),
            codes: memory.clone(),
            families: memory.clone(),
            presence,
            mint: mint.clone(),
            tag_key: TagKey::new([2; 32]),
            world: world.clone(),
            limits: limits.clone(),
        });
        let flow = Arc::new(Flow {
            directory: directory.clone(),
            interactions: memory.clone(),
            sessions: memory.clone(),
            families: memory.clone(),
            consents: memory.clone(),
            codes: memory.clone(),
            sealer,
            answers: TagKey::new([3; 32]),
            mint: mint.clone(),
            world: world.clone(),
            redirects: RedirectPolicy::Any,
            limits: limits.clone(),
        });
        let issuer = mint.issuer.clone();
        let guard = SignInGuard::new(limits.clone(), 2, 64);
        let sign_in = Arc::new(SignIn {
            flow: flow.clone(),
            users: memory.clone(),
            hashes: hashes.clone(),
            guard,
            unknown_names: NameDigests::new([3; 32]),
        });
        Self {
            introspect: Introspect { tokens: tokens.clone() },
            revoke: Revoke { tokens: tokens.clone() },
            user_info: UserInfo { directory: directory.clone(), mint },
            authorize: Authorize { flow: flow.clone() },
            sign_in: sign_in.clone(),
            decide: Decide { flow: flow.clone(), logos: Logos::new(web.clone(), clock.clone()) },
            account: Account { flow: flow.clone(), sign_in: sign_in.clone() },
            end_session: EndSession { flow },
            users: AdministerUsers {
                users: memory.clone(),
                consents: memory.clone(),
                hashes,
                one_time_password_lifetime: Duration::from_hours(7 * 24),
                world: world.clone(),
            },
            clients: AdministerClients {
                directory: directory.clone(),
                clients: memory.clone(),
                suspensions: memory.clone(),
                issuer,
                lifetimes: lifetimes(),
                world,
            },
            clock,
            memory,
            web,
            directory,
            tokens,
            limits,
        }
    }

    /// Clients register themselves here, for whatever is safe.
    pub(crate) fn registration(&self, gate: RegistrationGate) -> RegisterClients {
        RegisterClients {
            directory: self.directory.clone(),
            clients: self.memory.clone(),
            gate,
            policy: RegistrationPolicy {
                grant_types: GrantType::ALL.to_vec(),
                redirects: RedirectPolicy::Any,
                id_token_algorithm: Some(Algorithm::Rs256),
                mistrusts_pages_beside: None,
                issuer: Some(self.tokens.mint.issuer.clone()),
            },
            consents: self.memory.clone(),
            lifetimes: lifetimes(),
            unused: Arc::new(self.unused_clients(10_000)),
            world: self.tokens.world.clone(),
            limits: self.limits.clone(),
        }
    }

    /// Keeps `most` clients that nobody has used, for 180 days.
    pub(crate) fn unused_clients(&self, most: u32) -> UnusedClients {
        let lifetime = Duration::from_hours(180 * 24);
        UnusedClients::new(self.memory.clone(), lifetime, most, self.tokens.world.clone())
    }
}

/// An authorization request of `web` for the resource.
pub(crate) fn asked(scope: &str) -> Unvouched {
    let some = |text: &str| Some(text.to_owned());
    Unvouched {
        client_id: some("web"),
        redirect_uri: some(CALLBACK),
        response_type: some("code"),
        code_challenge: some(CHALLENGE),
        code_challenge_method: some("S256"),
        scope: some(scope),
        state: some("s"),
        resource: vec![RESOURCE.to_owned()],
        nonce: some("n"),
        ..Unvouched::default()
    }
}

/// A user name and a password, as typed.
pub(crate) fn credentials(username: &str, password: &str) -> Credentials {
    Credentials { username: username.to_owned(), password: Secret::new(password) }
}

/// The decision to allow `ticked`, of whatever is asked.
pub(crate) fn ticking(ticked: &str) -> Decision {
    Decision::Allow { offered: Scope::default(), ticked: scope(ticked) }
}

/// The browser, with the secret that it was given, if any.
pub(crate) fn holding(secret: Option<Secret>, browser: &Browser) -> Browser {
    let secrets = secret.into_iter().chain(browser.secrets.clone()).collect();
    Browser { secrets, ..browser.clone() }
}

/// The code in an answer.
pub(crate) fn granted(redirect: Redirect) -> Secret {
    redirect.outcome.expect("a code")
}
