//! The account page: consents, sessions, profile and password.

mod forms;
mod view;

use std::sync::Arc;

use domain::{ClientId, ErrorCode, OAuthError, SessionId};
use poem_openapi::OpenApi;
use ports::inbound::{AccountView, Browser, Changed, ManageAccount};

use self::{
    forms::{EndForm, NewPasswordForm, OthersForm, ProfileForm, WithdrawForm},
    view::{AccountPage, Consent, Session},
};
use super::{
    answer::{Document, Done, Failure, Shown, Taken},
    frame::Frame,
    page_error::PageError,
    policy::Policy,
    session_form::{Opened, SessionForm},
    visit::{AnyBrowser, SESSION, csrf},
};
use crate::{Application, security::Anyone, tags::Tag};

/// The endpoints of the account page.
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
    /// Show the account page: consents and sessions
    ///
    /// A browser without a session is redirected to the sign-in page.
    #[oai(path = "/oauth/authorize/account", method = "get", operation_id = "showAccount")]
    async fn get(&self, guest: AnyBrowser) -> Result<Shown, Failure> {
        let browser = guest.0.browser(&self.frame);
        let view = self.account.show(&browser).await.map_err(PageError::from);
        self.frame.settle(view.map(|view| match view {
            Some(view) => Shown::Page(self.page(view, csrf(&browser.sessions, SESSION), None)),
            None => Shown::Onward(self.frame.page("login")),
        }))
    }

    /// Redirect from the server's root to the account page
    #[oai(path = "/", method = "get", operation_id = "goHome")]
    async fn home(&self, _anyone: Anyone) -> Done {
        Done::Onward(self.frame.page("account"))
    }

    /// Redirect to the account page
    #[oai(path = "/account", method = "get", operation_id = "goToAccount")]
    async fn enter(&self, _anyone: Anyone) -> Done {
        Done::Onward(self.frame.page("account"))
    }

    /// Redirect to the sign-in page
    #[oai(path = "/login", method = "get", operation_id = "goToSignIn")]
    async fn sign_in(&self, _anyone: Anyone) -> Done {
        Done::Onward(self.frame.page("login"))
    }

    /// Withdraw the consent given to a client
    ///
    /// All tokens that the client has for this person are revoked.
    #[oai(
        path = "/oauth/authorize/account/withdraw",
        method = "post",
        operation_id = "withdrawConsent"
    )]
    async fn withdraw(&self, form: SessionForm<WithdrawForm>) -> Result<Done, Failure> {
        let work = async {
            let Opened { browser, form, .. } = form.open(&self.frame)?;
            let client = ClientId::new(form.client_id);
            self.back(self.account.withdraw(&browser, &client).await)
        };
        self.frame.settle(work.await)
    }

    /// Change the password
    ///
    /// The form requires the current password.
    #[oai(
        path = "/oauth/authorize/account/password",
        method = "post",
        operation_id = "changePassword"
    )]
    async fn password(&self, form: SessionForm<NewPasswordForm>) -> Result<Taken, Failure> {
        let work = async {
            let Opened { browser, form, .. } = form.open(&self.frame)?;
            let Some(change) = form.into_change() else {
                let refusal = ("password", "The two new passwords are not the same.");
                return self.again(&browser, refusal).await;
            };
            let changed = self.account.change_password(&browser, change).await;
            self.after(&browser, "password", changed).await
        };
        self.frame.settle(work.await)
    }

    /// Change the display name and the e-mail address
    #[oai(
        path = "/oauth/authorize/account/profile",
        method = "post",
        operation_id = "changeProfile"
    )]
    async fn profile(&self, form: SessionForm<ProfileForm>) -> Result<Taken, Failure> {
        let work = async {
            let Opened { browser, form, .. } = form.open(&self.frame)?;
            let (name, email) = (form.name.unwrap_or_default(), form.email.unwrap_or_default());
            let changed = self.account.change_profile(&browser, &name, &email).await;
            self.after(&browser, "profile", changed).await
        };
        self.frame.settle(work.await)
    }

    /// End all other sessions of the person
    #[oai(
        path = "/oauth/authorize/account/sessions/end-others",
        method = "post",
        operation_id = "endOtherSessions"
    )]
    async fn end_others(&self, form: SessionForm<OthersForm>) -> Result<Done, Failure> {
        let work = async {
            let browser = form.open(&self.frame)?.browser;
            self.back(self.account.end_other_sessions(&browser).await)
        };
        self.frame.settle(work.await)
    }

    /// End one session of the person
    #[oai(
        path = "/oauth/authorize/account/sessions/end",
        method = "post",
        operation_id = "endSession"
    )]
    async fn end(&self, form: SessionForm<EndForm>) -> Result<Done, Failure> {
        let work = async {
            let Opened { browser, form, .. } = form.open(&self.frame)?;
            let session = SessionId::new(form.session);
            self.back(self.account.end_session(&browser, &session).await)
        };
        self.frame.settle(work.await)
    }
}

impl AccountApi {
    /// The response to a change: the account page, with the reason in its `section` if the change
    /// was refused.
    async fn after(
        &self,
        browser: &Browser,
        section: &'static str,
        changed: Result<Changed, OAuthError>,
    ) -> Result<Taken, PageError> {
        match changed {
            Ok(Changed::Refused(reason)) => self.again(browser, (section, reason)).await,
            Err(error) if error.code != ErrorCode::AccessDenied => Err(error.into()),
            Ok(Changed::Done) | Err(_) => Ok(Taken::Onward(self.frame.page("account"))),
        }
    }

    async fn again(
        &self,
        browser: &Browser,
        refusal: (&'static str, &'static str),
    ) -> Result<Taken, PageError> {
        Ok(match self.account.show(browser).await? {
            None => Taken::Onward(self.frame.page("login")),
            Some(view) => {
                let csrf = csrf(&browser.sessions, SESSION);
                Taken::Again(self.page(view, csrf, Some(refusal)))
            }
        })
    }

    /// The redirect to the account page, which redirects a person without a session to the sign-in
    /// page.
    fn back(&self, outcome: Result<(), OAuthError>) -> Result<Done, PageError> {
        match outcome {
            Err(error) if error.code != ErrorCode::AccessDenied => Err(error.into()),
            _ => Ok(Done::Onward(self.frame.page("account"))),
        }
    }

    fn page(
        &self,
        view: AccountView,
        csrf: String,
        refusal: Option<(&'static str, &'static str)>,
    ) -> Document {
        let page = AccountPage {
            frame: &self.frame,
            csrf,
            name: view.name,
            username: view.username,
            given_name: view.given_name.unwrap_or_default(),
            email: view.email.unwrap_or_default(),
            others: view.sessions.len() > 1,
            refusal,
            consents: view.consents.into_iter().map(Consent::from).collect(),
            sessions: view.sessions.into_iter().map(Session::from).collect(),
        };
        Document::new(&page, Policy::scripted())
    }
}
