//! A whole server in memory, with a clock that moves when told to.
#![expect(dead_code, reason = "no test needs all of it")]

pub(crate) mod registrations;
pub(crate) mod setup;
pub(crate) mod visits;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use adapter_limits::LocalLimits;
use adapter_memory::{ManualClock, Memory, StillWeb};
use domain::{
    Algorithm, AuthMethod, AuthorizationParams, AuthorizationResponse, Catalog, Client,
    ClientCredentials, ClientId, CodeVerifier, ErrorCode, GrantType, InteractionId, Limit,
    MachineAccess, OAuthError, RedirectPolicy, RegistrationPolicy, RequestSource, RequestedAccess,
    Scope, Secret, SecretMethod, Timestamp,
};
use ports::inbound::{
    AdministerClients as _, AdministerUsers as _, Authorize as _, Begun, Browser, ClientDraft,
    Credentials, Decided, Decision, GiveConsent as _, InteractionFault, Introspect as _,
    Introspection, IssueTokens as _, NewUser, NextPage, PresentedGrant, SignIn as _, SignInPage,
    SignedIn, TokenRequest, TokenSet, Verdict,
};
use services::{
    Account, AdministerClients, AdministerUsers, Authorize, EndSession, Foundation, GiveConsent,
    Introspect, IssueTokens, Maintenance, RegisterClients, RegistrationGate, Revoke, SignIn,
    UnusedClients, UseCases, UserInfo,
};

use self::setup::{catalog, client, foundation};

pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const PASSWORD: &str = "correct horse battery";
pub(crate) const RESOURCE: &str = "https://api.example/mcp";
pub(crate) const CALLBACK: &str = "https://app.example/cb";
/// RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

pub(crate) struct TestServer {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) memory: Arc<Memory>,
    pub(crate) web: Arc<StillWeb>,
    pub(crate) limits: Arc<LocalLimits>,
    /// All that the use cases are put together from, for a test that replaces a part.
    pub(crate) foundation: Foundation,
    pub(crate) tokens: Arc<IssueTokens>,
    pub(crate) introspect: Arc<Introspect>,
    pub(crate) revoke: Arc<Revoke>,
    pub(crate) user_info: Arc<UserInfo>,
    pub(crate) authorize: Arc<Authorize>,
    pub(crate) sign_in: Arc<SignIn>,
    pub(crate) decide: Arc<GiveConsent>,
    pub(crate) account: Arc<Account>,
    pub(crate) end_session: Arc<EndSession>,
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

pub(crate) fn presented(id: &str) -> ClientCredentials {
    ClientCredentials {
        client: ClientId::new(id),
        secret: Some((SecretMethod::Post, Secret::new(id))),
    }
}

impl TestServer {
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
        let memory = Arc::new(Memory::new(clock.clone()));
        let web = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        let mut web_client = client("web", &web);
        change(&mut web_client);
        let clients =
            vec![web_client, client("other", &web), client("api", &[GrantType::ClientCredentials])];
        let catalog = Catalog { machine_access, ..catalog() };
        let foundation = foundation(&memory, clock.clone(), clients, catalog).await;
        let server = Self::assemble(clock, memory, foundation);
        let ada = NewUser {
            username: "ada".to_owned(),
            name: Some("Ada Lovelace".to_owned()),
            email: Some("ada@example.com".to_owned()),
            password: Some(Secret::new(PASSWORD)),
        };
        server.users.add(ada).await.expect("a new account");
        server
    }

    fn assemble(clock: Arc<ManualClock>, memory: Arc<Memory>, foundation: Foundation) -> Self {
        let limits = Arc::new(LocalLimits::new(clock.clone(), Limit::default_quota));
        let web = Arc::new(StillWeb::default());
        let foundation = Foundation { limits: limits.clone(), web: web.clone(), ..foundation };
        let cases = foundation.use_cases();
        Self {
            tokens: cases.issue_tokens,
            introspect: cases.introspect,
            revoke: cases.revoke,
            user_info: cases.user_info,
            authorize: cases.authorize,
            sign_in: cases.sign_in,
            decide: cases.decide,
            account: cases.account,
            end_session: cases.end_session,
            users: AdministerUsers {
                users: memory.clone(),
                consents: memory.clone(),
                hashes: foundation.hashes.clone(),
                one_time_password_lifetime: Duration::from_hours(7 * 24),
                context: foundation.context.clone(),
            },
            clients: AdministerClients {
                known: foundation.clients.clone(),
                revocations: foundation.revocations.clone(),
                clients: memory.clone(),
                suspensions: memory.clone(),
                issuer: foundation.settings.issuer.clone(),
                grants: foundation.settings.grants.clone(),
                context: foundation.context.clone(),
            },
            clock,
            memory,
            web,
            limits,
            foundation,
        }
    }

    /// The use cases of this server with another part, or another setting.
    pub(crate) fn with_other(&self, change: impl FnOnce(&mut Foundation)) -> UseCases {
        let mut foundation = self.foundation.clone();
        change(&mut foundation);
        foundation.use_cases()
    }

    /// The maintenance that keeps the server's memory true.
    pub(crate) fn maintenance(&self) -> Maintenance {
        Maintenance {
            clients: self.foundation.clients.clone(),
            users: self.foundation.users.clone(),
            revocations: self.foundation.revocations.clone(),
            changes: self.memory.clone(),
            stores: vec![self.memory.clone()],
            unused_clients: Arc::new(self.unused_clients(10_000)),
            clock: self.clock.clone(),
            verdict: Mutex::new(Verdict::Ready),
        }
    }

    /// Presents a grant at the token endpoint.
    pub(crate) async fn issue(
        &self,
        client: ClientCredentials,
        grant: PresentedGrant,
    ) -> Result<TokenSet, OAuthError> {
        let origin = RequestSource::default();
        self.tokens.issue(TokenRequest { client, grant, origin }).await
    }

    /// Clients register themselves here, for whatever is safe.
    pub(crate) fn registration(&self, gate: RegistrationGate) -> RegisterClients {
        RegisterClients {
            known: self.foundation.clients.clone(),
            revocations: self.foundation.revocations.clone(),
            clients: self.memory.clone(),
            gate,
            policy: RegistrationPolicy {
                grant_types: self.foundation.settings.grants.as_slice().to_vec(),
                redirects: RedirectPolicy::Any,
                id_token_algorithm: Some(Algorithm::Rs256),
                mistrusts_pages_beside: None,
                issuer: Some(self.foundation.settings.issuer.clone()),
            },
            consents: self.memory.clone(),
            unused: Arc::new(self.unused_clients(10_000)),
            context: self.foundation.context.clone(),
            limits: self.limits.clone(),
        }
    }

    /// Keeps `most` clients that nobody has used, for 180 days.
    pub(crate) fn unused_clients(&self, most: u32) -> UnusedClients {
        let lifetime = Duration::from_hours(180 * 24);
        UnusedClients::new(self.memory.clone(), lifetime, most, self.foundation.context.clone())
    }
}

/// An authorization request of `web` for the resource.
pub(crate) fn asked(scope: &str) -> AuthorizationParams {
    let some = |text: &str| Some(text.to_owned());
    AuthorizationParams {
        client_id: some("web"),
        redirect_uri: some(CALLBACK),
        response_type: some("code"),
        code_challenge: some(CHALLENGE),
        code_challenge_method: some("S256"),
        scope: some(scope),
        state: some("s"),
        resource: vec![RESOURCE.to_owned()],
        nonce: some("n"),
        ..AuthorizationParams::default()
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
pub(crate) fn granted(redirect: AuthorizationResponse) -> Secret {
    redirect.outcome.expect("a code")
}
