//! The front channel: a browser on its way from a client's request to the client's answer.

use std::fmt;

use async_trait::async_trait;
use domain::{
    AuthorizationParams, AuthorizationResponse, InteractionId, RequestSource, Scope, Secret,
};

use super::{AccessView, ClientView, InteractionFault, ScopeView};

/// The headers of a browser's request that matter to the application.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// The values of the session cookies. There are several if another program on the host has set
    /// a cookie of the same name; any that is valid counts.
    pub sessions: Vec<Secret>,
    /// The values of the cookies that bind interactions to the browser; several for the same reason.
    pub secrets: Vec<Secret>,
    /// The `User-Agent` header, if one was sent.
    pub user_agent: Option<String>,
    /// The address of the client and the proxies in between.
    pub origin: RequestSource,
}

/// The authorization endpoint (OAuth 2.1 §4.1.1).
#[async_trait]
pub trait Authorize: Send + Sync {
    /// Validates an authorization request, and answers it or begins an interaction.
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

/// The outcome of an authorization request.
#[derive(Debug)]
pub enum Begun {
    /// The request is answered without showing a page.
    Answer(Box<AuthorizationResponse>),
    /// The person must sign in first.
    SignIn(Box<SignInPage>),
    /// A person is signed in already, and the interaction goes on with a page.
    Interact {
        /// The identifier of the new interaction.
        interaction: InteractionId,
        /// The secret that binds the interaction to the browser, to be set as a cookie; `None` if
        /// the browser has one already.
        secret: Option<Secret>,
        /// The first page of the interaction.
        next: NextPage,
    },
}

/// The next step of an interaction.
#[derive(Debug)]
pub enum NextPage {
    /// The sign-in page.
    SignIn,
    /// The page on which a one-time password is replaced.
    ChoosePassword,
    /// The consent page.
    Consent,
    /// The account page.
    Account,
    /// The redirect back to the client, with the authorization response.
    Answer(Box<AuthorizationResponse>),
}

/// A page to show, or the next step if there is nothing to show.
#[derive(Debug)]
pub enum Shown<T> {
    /// The content of the page.
    Page(T),
    /// No page: the interaction goes on with this step.
    Onward(NextPage),
}

/// Sign-in with a local account.
#[async_trait]
pub trait SignIn: Send + Sync {
    /// Makes the sign-in page that leads to the account page.
    ///
    /// # Errors
    ///
    /// [`InteractionFault::Failed`].
    async fn begin(&self, browser: &Browser) -> Result<SignInPage, InteractionFault>;

    /// Makes the sign-in page for an interaction that needs another account, whose session has
    /// ended, or which has expired.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn restart(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault>;

    /// Makes the sign-in page for the same request again, or for a fresh one if it has expired.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn show(
        &self,
        request: &SealedRequest,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault>;

    /// Checks a user name and a password, and begins a session.
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

    /// Goes on with the person who is signed in already, if the session satisfies the request
    /// (`prompt`, `max_age`).
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn resume(
        &self,
        request: &SealedRequest,
        browser: &Browser,
    ) -> Result<SignedIn, InteractionFault>;

    /// Reads the page on which a one-time password is replaced.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn show_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<PasswordView>, InteractionFault>;

    /// Replaces a one-time password, and begins a session.
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

/// A user name and a password, as they were typed.
#[derive(Debug)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// An authorization request, encrypted, as the sign-in page carries it in a hidden field. Nothing
/// of it is stored before somebody has signed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRequest(pub Vec<u8>);

impl fmt::Debug for SealedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedRequest({} bytes)", self.0.len())
    }
}

/// The content of a sign-in page, and the cookie that goes with it.
#[derive(Debug)]
pub struct SignInPage {
    /// The encrypted request, returned with the form.
    pub request: SealedRequest,
    /// The secret that binds the request to the browser, to be set as a cookie; `None` if the
    /// browser has one already.
    pub secret: Option<Secret>,
    /// The visible content.
    pub view: SignInView,
}

/// The visible content of the sign-in page.
#[derive(Debug)]
pub struct SignInView {
    /// The client that asks; `None` if the page leads to the account page.
    pub client: Option<ClientView>,
    /// The user name to fill in; `None` leaves the field empty.
    pub username: Option<String>,
    /// The display name of the person who is signed in, offered to go on with.
    pub account: Option<String>,
}

/// The content of the page on which a one-time password is replaced.
#[derive(Debug)]
pub struct PasswordView {
    /// The client that asks; `None` if the page leads to the account page.
    pub client: Option<ClientView>,
    /// The user name, under which a password manager stores the new password.
    pub username: String,
    /// The encrypted request, from which the interaction begins anew if it has expired.
    pub request: SealedRequest,
}

/// The outcome of an attempt to sign in.
#[derive(Debug)]
pub enum SignedIn {
    /// The attempt failed: the page is shown again with this message.
    Refused(&'static str),
    /// The person is signed in.
    Onward {
        /// The session secret, to be set as a cookie; `None` if the browser has it already.
        session: Option<Secret>,
        /// The interaction that goes on.
        interaction: InteractionId,
        /// The next step of the interaction.
        next: NextPage,
    },
}

/// The consent page (OAuth 2.1 §7.3).
#[async_trait]
pub trait GiveConsent: Send + Sync {
    /// Reads the consent page.
    ///
    /// # Errors
    ///
    /// A [`InteractionFault`].
    async fn show(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<ConsentView>, InteractionFault>;

    /// Records the person's decision, and answers the client if the interaction is complete.
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

/// The person's decision on the consent page.
#[derive(Debug)]
pub enum Decision {
    /// The scopes that are ticked are allowed.
    Allow {
        /// The scopes that the page offered, which another tab may have changed meanwhile.
        offered: Scope,
        /// The scopes that the person ticked.
        ticked: Scope,
    },
    /// Nothing is allowed: `access_denied`.
    Deny,
}

/// The outcome of a decision.
#[derive(Debug)]
pub enum Decided {
    /// Scopes were asked and none was ticked: the page is shown again.
    NothingAllowed,
    /// The interaction goes on with this step.
    Onward(NextPage),
}

/// The content of the consent page.
#[derive(Debug)]
pub struct ConsentView {
    /// The client that asks.
    pub client: ClientView,
    /// The display name of the person who is signed in.
    pub account: String,
    /// The scopes that are asked, grouped by the place where they give access.
    pub asked: Vec<AccessView>,
    /// The scopes that an earlier consent covers.
    pub remembered: Vec<ScopeView>,
    /// The encrypted request, from which the interaction begins anew if it has expired.
    pub request: SealedRequest,
}
