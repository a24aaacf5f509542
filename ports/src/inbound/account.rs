//! What people do for themselves: see what they allowed, take it back, sign out.

use std::{net::IpAddr, time::Duration};

use async_trait::async_trait;
use domain::{ClientId, OAuthError, Secret, SessionId, Timestamp};

use super::{Browser, ScopeView};

/// Shows people their account.
#[async_trait]
pub trait ManageAccount: Send + Sync {
    /// What the account page shows; `None` if nobody is signed in.
    ///
    /// # Errors
    ///
    /// That something of ours broke.
    async fn show(&self, browser: &Browser) -> Result<Option<AccountView>, OAuthError>;

    /// Takes back everything the person allowed one client, and ends the tokens that came of it.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in.
    async fn withdraw(&self, browser: &Browser, client: &ClientId) -> Result<(), OAuthError>;

    /// Gives the person another password.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in; `temporarily_unavailable` after too many wrong
    /// passwords.
    async fn change_password(
        &self,
        browser: &Browser,
        change: PasswordChange,
    ) -> Result<Changed, OAuthError>;

    /// Changes the person's name and e-mail address; an empty text removes. A new address is not known
    /// to be theirs.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in.
    async fn change_profile(
        &self,
        browser: &Browser,
        name: &str,
        email: &str,
    ) -> Result<Changed, OAuthError>;

    /// Ends all of the person's sessions but this one, and the tokens that must not outlive them.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in.
    async fn end_other_sessions(&self, browser: &Browser) -> Result<(), OAuthError>;

    /// Ends one of the person's sessions, and the tokens that must not outlive it.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in.
    async fn end_session(&self, browser: &Browser, session: &SessionId) -> Result<(), OAuthError>;
}

/// What becomes of a change that a person asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Changed {
    /// It was made.
    Done,
    /// It was not; this says why, for the person.
    Refused(&'static str),
}

/// Another password for the person who is signed in.
#[derive(Debug)]
pub struct PasswordChange {
    /// The password they have.
    pub current: Secret,
    /// The one they want.
    pub new: Secret,
    /// Whether all other sessions, and the access of all applications, end with the old one.
    pub end_others: bool,
}

/// What the account page shows.
#[derive(Debug)]
pub struct AccountView {
    /// What to call the person.
    pub name: String,
    /// What they type to sign in.
    pub username: String,
    /// The name they gave, if any.
    pub given_name: Option<String>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// What they allowed.
    pub consents: Vec<ConsentLine>,
    /// Where they are signed in.
    pub sessions: Vec<SessionLine>,
}

/// What one client was allowed.
#[derive(Debug)]
pub struct ConsentLine {
    /// Which client.
    pub client: ClientId,
    /// What to call it.
    pub name: String,
    /// Whether it registered itself, so that nobody here has checked what it calls itself.
    pub self_registered: bool,
    /// Where it is answered: hosts, and private-use schemes.
    pub destinations: Vec<String>,
    /// How long, after it is withdrawn, servers that do not ask here may still accept its last access
    /// token.
    pub lingers: Duration,
    /// At which resource, if not at the issuer, and what.
    pub allowed: Vec<(Option<String>, Vec<ScopeView>)>,
    /// Since when.
    pub since: Timestamp,
    /// When the client last got tokens, to within a few minutes.
    pub last_used: Timestamp,
}

/// One signed-in browser.
#[derive(Debug)]
pub struct SessionLine {
    /// Which.
    pub id: SessionId,
    /// What the browser calls itself.
    pub user_agent: Option<String>,
    /// The address from which it was begun, if it is known.
    pub address: Option<IpAddr>,
    /// Since when.
    pub since: Timestamp,
    /// When it was last used, to within a few minutes.
    pub last_used: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Signs people out (OIDC RP-Initiated Logout).
#[async_trait]
pub trait EndSession: Send + Sync {
    /// Answers a client's request to sign the person out (OIDC RP-Initiated Logout §2). A client
    /// that proves by its ID token whom it means is obeyed; anybody else makes the person be asked.
    ///
    /// # Errors
    ///
    /// For the person: the request is no good, or something of ours broke.
    async fn request(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<SignOut, OAuthError>;

    /// Signs the person out: they have said so themselves.
    ///
    /// # Errors
    ///
    /// For the person: the request is no good, or something of ours broke.
    async fn confirm(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<SignOut, OAuthError>;
}

/// A client's request to sign a person out. Nothing in it has been checked.
#[derive(Debug, Default)]
pub struct SignOutRequest {
    /// An ID token of the client's, expired or not.
    pub id_token_hint: Option<Secret>,
    /// The client.
    pub client_id: Option<String>,
    /// Where to go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// Returned untouched.
    pub state: Option<String>,
}

/// What a request to sign out comes to.
#[derive(Debug)]
pub enum SignOut {
    /// The person must be asked.
    Ask {
        /// Who is signed in.
        account: String,
        /// The client that asks, if it is known.
        client: Option<String>,
    },
    /// Nobody is signed in here any more.
    Done {
        /// Where to go: a registered URI, and the state to return.
        redirect: Option<(String, Option<String>)>,
    },
}
