//! An application that does as the test says, and says what it was asked.

mod discover;

use std::sync::{Arc, Mutex, PoisonError};

use adapter_http::{Application, Settings, Tasks, router};
use async_trait::async_trait;
use domain::{
    Algorithm, AuthorizationParams, Branding, ClientId, InteractionId, Issuer, OAuthError, Secret,
    SessionId, SigningKey,
};
use poem::{Endpoint, test::TestClient};
use ports::inbound::{
    AccountView, Authorize, Begun, Browser, Capabilities, Changed, ConsentView, Credentials,
    Decided, Decision, Discover, EndSession, GiveConsent, InteractionFault, ManageAccount,
    NextPage, PasswordChange, PasswordView, SealedRequest, Shown, SignIn, SignInPage, SignOut,
    SignOutRequest, SignedIn,
};

use crate::{nobody::Nobody, samples};

/// The answer of one use case.
pub(crate) type Does<T, E = OAuthError> = fn() -> Result<T, E>;

/// An application whose answers a test sets.
pub(crate) struct Stub {
    pub(crate) issuer: &'static str,
    pub(crate) branding: fn() -> Branding,
    pub(crate) begun: Does<Begun, InteractionFault>,
    pub(crate) sign_in: Does<SignInPage, InteractionFault>,
    pub(crate) password: Does<Shown<PasswordView>, InteractionFault>,
    pub(crate) signed_in: Does<SignedIn, InteractionFault>,
    pub(crate) consent: Does<Shown<ConsentView>, InteractionFault>,
    pub(crate) decided: Does<Decided, InteractionFault>,
    pub(crate) account: Does<Option<AccountView>>,
    pub(crate) changed: Does<()>,
    pub(crate) signed_out: Does<SignOut>,
}

impl Default for Stub {
    fn default() -> Self {
        Self {
            issuer: "https://auth.example",
            branding: Branding::default,
            begun: || Ok(samples::interact(NextPage::Consent)),
            sign_in: || Ok(samples::sign_in_page()),
            password: || Ok(Shown::Page(samples::password())),
            signed_in: || {
                let session = Some(Secret::new(samples::SESSION));
                Ok(samples::onward(session, NextPage::Consent))
            },
            consent: || Ok(Shown::Page(samples::consent())),
            decided: || {
                Ok(Decided::Onward(NextPage::Answer(Box::new(samples::granted(
                    "https://notes.example/cb",
                )))))
            },
            account: || Ok(Some(samples::account())),
            changed: || Ok(()),
            signed_out: || Ok(SignOut::Ask { account: "Ada".to_owned(), client: None }),
        }
    }
}

/// A [`Stub`] at work.
pub(crate) struct Working {
    stub: Stub,
    issuer: Issuer,
    seen: Mutex<Vec<String>>,
}

impl Working {
    pub(crate) fn new(stub: Stub) -> Arc<Self> {
        let issuer = Issuer::parse(stub.issuer).expect("an issuer");
        Arc::new(Self { stub, issuer, seen: Mutex::default() })
    }

    pub(crate) fn application(self: &Arc<Self>) -> Application {
        Application {
            discover: self.clone(),
            tokens: Arc::new(Nobody),
            introspect: Arc::new(Nobody),
            revoke: Arc::new(Nobody),
            user_info: Arc::new(Nobody),
            clients: Arc::new(Nobody),
            authorize: self.clone(),
            sign_in: self.clone(),
            decide: self.clone(),
            account: self.clone(),
            end_session: self.clone(),
            probe: Arc::new(Nobody),
        }
    }

    /// The real router in front of it.
    pub(crate) fn client(self: &Arc<Self>) -> TestClient<impl Endpoint + use<>> {
        TestClient::new(router(&self.application(), &Settings::default(), &Tasks::default()))
    }

    /// Everything it was asked.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note(&self, what: &str, browser: &Browser) {
        let shown = |secrets: &[Secret]| match secrets {
            [] => "-".to_owned(),
            _ => secrets.iter().map(Secret::expose).collect::<Vec<_>>().join(","),
        };
        let note = format!("{what} [{} {}]", shown(&browser.secrets), shown(&browser.sessions));
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }
}

#[async_trait]
impl Authorize for Working {
    async fn begin(
        &self,
        request: AuthorizationParams,
        browser: &Browser,
    ) -> Result<Begun, InteractionFault> {
        let client = request.client_id.unwrap_or_default();
        let state = request.state.unwrap_or_default();
        self.note(&format!("begin {client} {state} {}", request.resource.join(",")), browser);
        (self.stub.begun)()
    }
}

#[async_trait]
impl SignIn for Working {
    async fn begin(&self, browser: &Browser) -> Result<SignInPage, InteractionFault> {
        self.note("begin", browser);
        (self.stub.sign_in)()
    }

    async fn restart(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault> {
        self.note(&format!("restart {interaction}"), browser);
        (self.stub.sign_in)()
    }

    async fn show(
        &self,
        request: &SealedRequest,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault> {
        self.note(&format!("show {}", text(request)), browser);
        (self.stub.sign_in)()
    }

    async fn sign_in(
        &self,
        request: &SealedRequest,
        browser: &Browser,
        Credentials { username, password }: Credentials,
    ) -> Result<SignedIn, InteractionFault> {
        let what = format!("sign in {} {username} {}", text(request), password.expose());
        self.note(&what, browser);
        (self.stub.signed_in)()
    }

    async fn resume(
        &self,
        request: &SealedRequest,
        browser: &Browser,
    ) -> Result<SignedIn, InteractionFault> {
        self.note(&format!("resume {}", text(request)), browser);
        (self.stub.signed_in)()
    }

    async fn show_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<PasswordView>, InteractionFault> {
        self.note(&format!("show password {interaction}"), browser);
        (self.stub.password)()
    }

    async fn choose_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        password: Secret,
    ) -> Result<SignedIn, InteractionFault> {
        self.note(&format!("choose {interaction} {}", password.expose()), browser);
        (self.stub.signed_in)()
    }
}

#[async_trait]
impl GiveConsent for Working {
    async fn show(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<ConsentView>, InteractionFault> {
        self.note(&format!("show {interaction}"), browser);
        (self.stub.consent)()
    }

    async fn decide(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        decision: Decision,
    ) -> Result<Decided, InteractionFault> {
        let decision = match decision {
            Decision::Allow { offered, ticked } => format!("allow {ticked} of {offered}"),
            Decision::Deny => "deny".to_owned(),
        };
        self.note(&format!("{interaction} {decision}"), browser);
        (self.stub.decided)()
    }
}

#[async_trait]
impl ManageAccount for Working {
    async fn show(&self, browser: &Browser) -> Result<Option<AccountView>, OAuthError> {
        self.note("account", browser);
        (self.stub.account)()
    }

    async fn withdraw(&self, browser: &Browser, client: &ClientId) -> Result<(), OAuthError> {
        self.note(&format!("withdraw {client}"), browser);
        (self.stub.changed)()
    }

    async fn change_password(
        &self,
        browser: &Browser,
        change: PasswordChange,
    ) -> Result<Changed, OAuthError> {
        let (current, new) = (change.current.expose(), change.new.expose());
        self.note(&format!("password {current} {new} {}", change.end_others), browser);
        (self.stub.changed)()?;
        Ok(if new == "short" { Changed::Refused("Too short.") } else { Changed::Done })
    }

    async fn change_profile(
        &self,
        browser: &Browser,
        name: &str,
        email: &str,
    ) -> Result<Changed, OAuthError> {
        self.note(&format!("profile {name} {email}"), browser);
        (self.stub.changed)()?;
        Ok(Changed::Done)
    }

    async fn end_other_sessions(&self, browser: &Browser) -> Result<(), OAuthError> {
        self.note("end others", browser);
        (self.stub.changed)()
    }

    async fn end_session(&self, browser: &Browser, session: &SessionId) -> Result<(), OAuthError> {
        self.note(&format!("end {session}"), browser);
        (self.stub.changed)()
    }
}

/// The text of a sealed request: these tests seal nothing.
fn text(request: &SealedRequest) -> String {
    String::from_utf8_lossy(&request.0).into_owned()
}

fn asked(request: &SignOutRequest) -> String {
    let hint = request.id_token_hint.as_ref().map_or("-", Secret::expose);
    let [client, to, state] =
        [&request.client_id, &request.post_logout_redirect_uri, &request.state]
            .map(|value| value.as_deref().unwrap_or("-"));
    format!("{hint} {client} {to} {state}")
}

#[async_trait]
impl EndSession for Working {
    async fn request(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<SignOut, OAuthError> {
        self.note(&format!("request {}", asked(&request)), browser);
        (self.stub.signed_out)()
    }

    async fn confirm(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<SignOut, OAuthError> {
        self.note(&format!("confirm {}", asked(&request)), browser);
        (self.stub.signed_out)()
    }
}
