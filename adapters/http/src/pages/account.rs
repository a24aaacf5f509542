//! Where people see what they allowed and where they are signed in, and put an end to it.

use std::sync::Arc;

use askama::Template;
use domain::{ClientId, ErrorCode, OAuthError, SessionId};
use poem_openapi::{Object, OpenApi};
use ports::inbound::{AccountView, ConsentLine, ManageAccount, ScopeView, SessionLine};
use serde::Deserialize;

use super::{
    answer::{Document, Done, Failure, Shown},
    device,
    form::{Sent, guarded},
    frame::Frame,
    policy::Policy,
    trouble::Trouble,
    visit::{Guest, Member, SESSION, csrf},
    when::When,
};
use crate::{Application, security::Anyone, tags::Tag};

/// The account page.
pub(crate) struct AccountApi {
    frame: Frame,
    account: Arc<dyn ManageAccount>,
}

impl AccountApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { frame: Frame::new(app.discover.as_ref()), account: app.account.clone() }
    }
}

#[OpenApi(tag = "Tag::Account")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl AccountApi {
    /// What you allowed, and where you are signed in.
    ///
    /// Who is not signed in is sent to the sign-in page.
    #[oai(path = "/oauth/authorize/account", method = "get", operation_id = "showAccount")]
    async fn get(&self, guest: Guest) -> Result<Shown, Failure> {
        let browser = guest.0.browser(&self.frame);
        let view = self.account.show(&browser).await.map_err(Trouble::from);
        self.frame.settle(view.map(|view| match view {
            Some(view) => Shown::Page(self.page(view, csrf(&browser.sessions, SESSION))),
            None => Shown::Onward(self.frame.page("login")),
        }))
    }

    /// The address of the server, which leads to your account.
    #[oai(path = "/", method = "get", operation_id = "goHome")]
    async fn home(&self, _anyone: Anyone) -> Done {
        Done::Onward(self.frame.page("account"))
    }

    /// The short address of your account.
    #[oai(path = "/account", method = "get", operation_id = "goToAccount")]
    async fn enter(&self, _anyone: Anyone) -> Done {
        Done::Onward(self.frame.page("account"))
    }

    /// The short address of the sign-in page.
    #[oai(path = "/login", method = "get", operation_id = "goToSignIn")]
    async fn sign_in(&self, _anyone: Anyone) -> Done {
        Done::Onward(self.frame.page("login"))
    }

    /// Take back everything you allowed one client.
    #[oai(
        path = "/oauth/authorize/account/withdraw",
        method = "post",
        operation_id = "withdrawConsent"
    )]
    async fn withdraw(&self, member: Member, form: Sent<WithdrawForm>) -> Result<Done, Failure> {
        self.frame.settle(self.take_back(member, form).await)
    }

    /// End one of your sessions.
    #[oai(
        path = "/oauth/authorize/account/sessions/end",
        method = "post",
        operation_id = "endSession"
    )]
    async fn end(&self, member: Member, form: Sent<EndForm>) -> Result<Done, Failure> {
        self.frame.settle(self.end_session(member, form).await)
    }
}

impl AccountApi {
    async fn take_back(&self, member: Member, form: Sent<WithdrawForm>) -> Result<Done, Trouble> {
        let mut browser = member.0.browser(&self.frame);
        let client = ClientId::new(form.open(&mut browser.sessions, SESSION)?.client_id);
        self.back(self.account.withdraw(&browser, &client).await)
    }

    async fn end_session(&self, member: Member, form: Sent<EndForm>) -> Result<Done, Trouble> {
        let mut browser = member.0.browser(&self.frame);
        let session = SessionId::new(form.open(&mut browser.sessions, SESSION)?.session);
        self.back(self.account.end_session(&browser, &session).await)
    }

    /// The way back to the account page, from where who is signed out by now gets to sign in.
    fn back(&self, outcome: Result<(), OAuthError>) -> Result<Done, Trouble> {
        match outcome {
            Err(error) if error.code != ErrorCode::AccessDenied => Err(error.into()),
            _ => Ok(Done::Onward(self.frame.page("account"))),
        }
    }

    fn page(&self, view: AccountView, csrf: String) -> Document {
        let page = AccountPage {
            frame: &self.frame,
            csrf,
            name: view.name,
            username: view.username,
            consents: view.consents.into_iter().map(Consent::from).collect(),
            sessions: view.sessions.into_iter().map(Session::from).collect(),
        };
        Document::new(&page, Policy::form())
    }
}

/// Whom to withdraw from.
#[derive(Debug, Deserialize, Object)]
struct WithdrawForm {
    /// What the page put there.
    csrf: Option<String>,
    /// The client.
    client_id: String,
}

/// What to end.
#[derive(Debug, Deserialize, Object)]
struct EndForm {
    /// What the page put there.
    csrf: Option<String>,
    /// The session.
    session: String,
}

guarded!(WithdrawForm, EndForm);

struct Consent {
    client: String,
    name: String,
    allowed: Vec<Allowed>,
    since: When,
}

struct Allowed {
    resource: Option<String>,
    scopes: Vec<ScopeView>,
}

impl From<ConsentLine> for Consent {
    fn from(line: ConsentLine) -> Self {
        let allowed = line.allowed.into_iter();
        let allowed = allowed.map(|(resource, scopes)| Allowed { resource, scopes });
        Self {
            client: line.client.to_string(),
            name: line.name,
            allowed: allowed.collect(),
            since: line.since.into(),
        }
    }
}

struct Session {
    id: String,
    browser: String,
    since: When,
    current: bool,
}

impl From<SessionLine> for Session {
    fn from(line: SessionLine) -> Self {
        Self {
            id: line.id.to_string(),
            browser: device::describe(line.user_agent.as_deref()),
            since: line.since.into(),
            current: line.current,
        }
    }
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    frame: &'a Frame,
    csrf: String,
    name: String,
    username: String,
    consents: Vec<Consent>,
    sessions: Vec<Session>,
}
