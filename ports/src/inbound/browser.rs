//! The front channel: a browser on its way from a client's request to the client's answer.

use std::fmt;

use async_trait::async_trait;
use domain::{
    AuthorizationParams, AuthorizationResponse, InteractionId, RequestSource, Scope, Secret,
};

use super::{AccessView, ClientView, InteractionFault, ScopeView};

/// What a browser brings along.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Its session cookies. There is more than one if another program on the host has set one of the
    /// same name; any that proves itself counts.
    pub sessions: Vec<Secret>,
    /// The secrets that interactions are bound to it by. There is more than one for the same reason.
    pub secrets: Vec<Secret>,
    /// What it calls itself.
    pub user_agent: Option<String>,
    /// Where it is.
    pub origin: RequestSource,
}

/// Takes authorization requests (OAuth 2.1 §4.1.1).
#[async_trait]
pub trait Authorize: Send + Sync {
    /// Begins to answer a request.
    ///
    /// # Errors
    ///
    /// What to tell the person; the client cannot be trusted with it.
    async fn begin(
        &self,
        request: AuthorizationParams,
        browser: &Browser,
    ) -> Result<Begun, InteractionFault>;
}

/// What a request comes to.
#[derive(Debug)]
pub enum Begun {
    /// The client has its answer already.
    Answer(Box<AuthorizationResponse>),
    /// Somebody must sign in first.
    SignIn(Box<SignInPage>),
    /// A person who is signed in must be asked.
    Interact {
        /// Names the interaction.
        interaction: InteractionId,
        /// For the browser to keep, and to show whenever it goes on; absent if it has one already.
        secret: Option<Secret>,
        /// What to show first.
        next: NextPage,
    },
}

/// Where a browser goes next.
#[derive(Debug)]
pub enum NextPage {
    /// To the sign-in page.
    SignIn,
    /// To the page where a one-time password is replaced.
    ChoosePassword,
    /// To the consent page.
    Consent,
    /// To the account page.
    Account,
    /// Back to the client.
    Answer(Box<AuthorizationResponse>),
}

/// What a page shows, or where to go because there is nothing to show.
#[derive(Debug)]
pub enum Shown<T> {
    /// This.
    Page(T),
    /// Nothing: go on.
    Onward(NextPage),
}

/// Signs people in with a local account.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// The sign-in page that leads to the account page.
    ///
    /// # Errors
    ///
    /// [`InteractionFault::Failed`].
    async fn begin(&self, browser: &Browser) -> Result<SignInPage, InteractionFault>;

    /// The sign-in page for an interaction that is to go on as somebody else, whose session is gone, or
    /// which took too long.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn restart(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault>;

    /// The same sign-in page again. If it was open for too long, another one takes its place.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn show(
        &self,
        request: &SealedRequest,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault>;

    /// Tries a user name and a password.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`]. A wrong password is not one.
    async fn sign_in(
        &self,
        request: &SealedRequest,
        browser: &Browser,
        credentials: Credentials,
    ) -> Result<SignedIn, InteractionFault>;

    /// Goes on as the person who is signed in already, if that is enough for the client.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn resume(
        &self,
        request: &SealedRequest,
        browser: &Browser,
    ) -> Result<SignedIn, InteractionFault>;

    /// What the page shows on which a one-time password is replaced.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn show_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<PasswordView>, InteractionFault>;

    /// Replaces a one-time password, and signs the person in.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`]. A poor password is not one.
    async fn choose_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        password: Secret,
    ) -> Result<SignedIn, InteractionFault>;
}

/// A user name and a password, as typed.
#[derive(Debug)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// What a sign-in page carries, for it to bring back: what it is for, sealed. Nothing of it is stored
/// before somebody has proven who they are.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRequest(pub Vec<u8>);

impl fmt::Debug for SealedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedRequest({} bytes)", self.0.len())
    }
}

/// A sign-in page.
#[derive(Debug)]
pub struct SignInPage {
    /// What it brings back.
    pub request: SealedRequest,
    /// For the browser to keep; absent if it has one already.
    pub secret: Option<Secret>,
    /// What it shows.
    pub view: SignInView,
}

/// What the sign-in page shows.
#[derive(Debug)]
pub struct SignInView {
    /// The client that asks, unless it is for the account page.
    pub client: Option<ClientView>,
    /// What to write into the form.
    pub username: Option<String>,
    /// Whom to offer to go on as.
    pub account: Option<String>,
}

/// What the page shows on which a one-time password is replaced.
#[derive(Debug)]
pub struct PasswordView {
    /// The client that asks, unless it is for the account page.
    pub client: Option<ClientView>,
    /// Whose password it is: for the password manager to file the new one under.
    pub username: String,
    /// What the page brings back, to begin anew from if it was open for too long.
    pub request: SealedRequest,
}

/// What an attempt to sign in comes to.
#[derive(Debug)]
pub enum SignedIn {
    /// It failed: show the page again.
    Refused(&'static str),
    /// It worked.
    Onward {
        /// For the browser to keep; absent if it has it already.
        session: Option<Secret>,
        /// The interaction that goes on.
        interaction: InteractionId,
        /// Where it goes.
        next: NextPage,
    },
}

/// Asks people what a client may do (OAuth 2.1 §7.3).
#[async_trait]
pub trait GiveConsent: Send + Sync {
    /// What the consent page shows.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn show(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<ConsentView>, InteractionFault>;

    /// Takes the person's decision.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn decide(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        decision: Decision,
    ) -> Result<Decided, InteractionFault>;
}

/// A person's decision.
#[derive(Debug)]
pub enum Decision {
    /// Allow some of the scopes.
    Allow {
        /// What the page offered; another tab may have changed what is asked since.
        offered: Scope,
        /// What of it is allowed.
        ticked: Scope,
    },
    /// Allow nothing.
    Deny,
}

/// What a decision comes to.
#[derive(Debug)]
pub enum Decided {
    /// Scopes were asked and none was ticked: show the page again.
    NothingAllowed,
    /// Go on.
    Onward(NextPage),
}

/// What the consent page shows.
#[derive(Debug)]
pub struct ConsentView {
    /// The client that asks.
    pub client: ClientView,
    /// Who is signed in.
    pub account: String,
    /// What is asked, arranged by where it gives access.
    pub asked: Vec<AccessView>,
    /// What was allowed before.
    pub remembered: Vec<ScopeView>,
    /// What the page brings back, to begin anew from if it was open for too long.
    pub request: SealedRequest,
}
