//! The account page, and signing out: people see their consents and sessions, and end them.

use std::{net::IpAddr, time::Duration};

use async_trait::async_trait;
use domain::{ClientId, OAuthError, Secret, SessionId, Timestamp};

use super::{Browser, ScopeView};

/// The account page of the person who is signed in.
#[async_trait]
pub trait ManageAccount: Send + Sync {
    /// Reads the account page; `None` if the browser has no live session.
    ///
    /// # Errors
    ///
    /// That something of ours broke.
    async fn show(&self, browser: &Browser) -> Result<Option<AccountView>, OAuthError>;

    /// Withdraws the consent of the person to one client, and revokes the tokens that were issued
    /// under it.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in.
    async fn withdraw(&self, browser: &Browser, client: &ClientId) -> Result<(), OAuthError>;

    /// Replaces the person's password.
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

    /// Changes the person's name and e-mail address; an empty text removes the value. A new address
    /// counts as not verified.
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

    /// Ends all of the person's sessions except the one of this browser, and revokes the tokens
    /// that are bound to them.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in.
    async fn end_other_sessions(&self, browser: &Browser) -> Result<(), OAuthError>;

    /// Ends one of the person's sessions, and revokes the tokens that are bound to it.
    ///
    /// # Errors
    ///
    /// `access_denied` if nobody is signed in.
    async fn end_session(&self, browser: &Browser, session: &SessionId) -> Result<(), OAuthError>;
}

/// The outcome of a change that a person asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Changed {
    /// The change was made.
    Done,
    /// The change was refused; the text tells the person why.
    Refused(&'static str),
}

/// A new password for the person who is signed in.
#[derive(Debug)]
pub struct PasswordChange {
    /// The current password.
    pub current: Secret,
    /// The new password.
    pub new: Secret,
    /// Whether all other sessions end, and the access of all clients is revoked.
    pub end_others: bool,
}

/// The content of the account page.
#[derive(Debug)]
pub struct AccountView {
    /// The display name of the person.
    pub name: String,
    /// The user name.
    pub username: String,
    /// The person's name (`name`); `None` if none is known.
    pub given_name: Option<String>,
    /// The person's e-mail address; `None` if none is known.
    pub email: Option<String>,
    /// The consents that have not been withdrawn.
    pub consents: Vec<ConsentLine>,
    /// The sessions that have neither expired nor been ended.
    pub sessions: Vec<SessionLine>,
}

/// One consent, as a line of the account page.
#[derive(Debug)]
pub struct ConsentLine {
    /// The identifier of the client.
    pub client: ClientId,
    /// The display name of the client.
    pub name: String,
    /// Whether the client registered itself (RFC 7591), so that nobody here has checked its name.
    pub self_registered: bool,
    /// The hosts, or private-use URI schemes, of the client's redirect URIs.
    pub destinations: Vec<String>,
    /// The time for which, after a withdrawal, a resource server that does not introspect may still
    /// accept the last access token.
    pub lingers: Duration,
    /// The scopes that were allowed, by the name of the resource; `None` stands for the issuer.
    pub allowed: Vec<(Option<String>, Vec<ScopeView>)>,
    /// The time of the consent.
    pub since: Timestamp,
    /// The last time the client got tokens, exact to a few minutes.
    pub last_used: Timestamp,
}

/// One signed-in browser.
#[derive(Debug)]
pub struct SessionLine {
    /// The identifier of the session.
    pub id: SessionId,
    /// The `User-Agent` header of the browser, if it sent one.
    pub user_agent: Option<String>,
    /// The address from which the session was begun, if it is known.
    pub address: Option<IpAddr>,
    /// The time at which the session began.
    pub since: Timestamp,
    /// The last use of the session, exact to a few minutes.
    pub last_used: Timestamp,
    /// Whether this is the session of the browser that asks.
    pub current: bool,
}

/// The end session endpoint (OIDC RP-Initiated Logout).
#[async_trait]
pub trait EndSession: Send + Sync {
    /// Answers a client's logout request (OIDC RP-Initiated Logout §2). If a valid `id_token_hint`
    /// names the person who is signed in, the session ends at once; otherwise the person is asked
    /// first.
    ///
    /// # Errors
    ///
    /// For the person: the request is no good, or something of ours broke.
    async fn request(
        &self,
        request: SignOutRequest,
        browser: &Browser,
    ) -> Result<SignOut, OAuthError>;

    /// Ends the session after the person has confirmed that they want to sign out.
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

/// The parameters of a logout request, unchecked (OIDC RP-Initiated Logout §2).
#[derive(Debug, Default)]
pub struct SignOutRequest {
    /// `id_token_hint`: an ID token issued to the client, expired or not.
    pub id_token_hint: Option<Secret>,
    /// `client_id`.
    pub client_id: Option<String>,
    /// `post_logout_redirect_uri`.
    pub post_logout_redirect_uri: Option<String>,
    /// `state`, returned unchanged.
    pub state: Option<String>,
}

/// The outcome of a logout request.
#[derive(Debug)]
pub enum SignOut {
    /// The person must confirm.
    Ask {
        /// The display name of the person who is signed in.
        account: String,
        /// The display name of the client that asks, if it is known.
        client: Option<String>,
    },
    /// The browser has no session any more.
    Done {
        /// The registered `post_logout_redirect_uri` to redirect to, and the `state` to return;
        /// `None` if the request named none.
        redirect: Option<(String, Option<String>)>,
    },
}
