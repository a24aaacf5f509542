//! Logout (OIDC RP-Initiated Logout).

use std::sync::Arc;

use askama::Template;
use domain::RedirectUri;
use poem_openapi::OpenApi;
use ports::inbound::{Browser, EndSession, SignOut};

use super::{
    answer::{Document, Done, Failure, Posted, Shown, SignedOut, Way},
    form::{PageForm, PageQuery},
    frame::Frame,
    logout_request::{LogoutForm, LogoutQuery},
    onward::{Departure, Upshot},
    page_error::PageError,
    policy::Policy,
    redirect::location,
    session_form::{Opened, SessionForm},
    visit::{AnyBrowser, SESSION, Visitor, csrf},
};
use crate::{Application, security::Anyone, tags::Tag};

/// The endpoints of logout.
pub(crate) struct LogoutApi {
    frame: Frame,
    end_session: Arc<dyn EndSession>,
}

impl LogoutApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { frame: Frame::new(app.discover.as_ref()), end_session: app.end_session.clone() }
    }
}

#[OpenApi(tag = "Tag::Account")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl LogoutApi {
    /// Redirect to the page that asks whether to sign out
    #[oai(path = "/logout", method = "get", operation_id = "goToSignOut")]
    async fn enter(&self, _anyone: Anyone) -> Done {
        Done::Onward(self.frame.page("logout"))
    }

    /// Show the page that asks whether to sign out
    ///
    /// A logout request with a valid ID token of the person is carried out at once.
    #[oai(path = "/oauth/authorize/logout", method = "get", operation_id = "showSignOut")]
    async fn ask(
        &self,
        guest: AnyBrowser,
        query: PageQuery<LogoutQuery>,
    ) -> Result<Shown, Failure> {
        self.frame.settle(self.request(&guest.0, query.0.map_err(PageError::from)).await)
    }

    /// Sign out
    #[oai(path = "/oauth/authorize/logout", method = "post", operation_id = "signOut")]
    async fn confirm(&self, form: SessionForm<LogoutForm>) -> Result<Shown, Failure> {
        self.frame.settle(self.confirmed(form).await)
    }

    /// Start a logout request (OIDC RP-Initiated Logout)
    ///
    /// The browser is redirected to the page that asks whether to sign out, to which it sends its
    /// cookies.
    #[oai(path = "/oauth/logout", method = "get", operation_id = "endSessionForClient")]
    async fn get(&self, _anyone: Anyone, query: PageQuery<LogoutQuery>) -> Result<Done, Failure> {
        let onward = |query: LogoutQuery| {
            Done::Onward(location(&self.frame.page("logout"), &query.into_fields()))
        };
        self.frame.settle(query.0.map(onward).map_err(PageError::from))
    }

    /// Start a logout request by a form of the client
    ///
    /// A browser sends no cookies of this server with a form of another site. The response is
    /// therefore a page that submits the form again: the cookies are sent along, and no parameter
    /// gets into a URL.
    #[oai(path = "/oauth/logout", method = "post", operation_id = "endSessionForClientByForm")]
    async fn post(&self, _anyone: Anyone, form: PageForm<LogoutQuery>) -> Result<Posted, Failure> {
        let target = self.frame.page("logout/request");
        let page = form.read().map(|query| self.frame.resend(&target, &query.into_fields()));
        self.frame.settle(page.map(Posted::Onward))
    }

    /// Start a logout request by the form that this server submits again
    #[oai(
        path = "/oauth/authorize/logout/request",
        method = "post",
        operation_id = "endSessionByResentForm"
    )]
    async fn resent(
        &self,
        guest: AnyBrowser,
        form: PageForm<LogoutQuery>,
    ) -> Result<Shown, Failure> {
        self.frame.settle(self.request(&guest.0, form.read()).await)
    }

    /// Show that the person is signed out
    #[oai(path = "/oauth/authorize/signed-out", method = "get", operation_id = "showSignedOut")]
    async fn signed_out(&self, _anyone: Anyone) -> SignedOut {
        SignedOut::Page(Document::new(&SignedOutPage { frame: &self.frame }, Policy::still()))
    }
}

impl LogoutApi {
    async fn request(
        &self,
        visitor: &Visitor,
        query: Result<LogoutQuery, PageError>,
    ) -> Result<Shown, PageError> {
        let (query, browser) = (query?, visitor.browser(&self.frame));
        Ok(match self.end_session.request(query.clone().into(), &browser).await? {
            SignOut::Ask { account, client } => {
                Shown::Page(self.page(query, (visitor, &browser), &account, client.as_deref()))
            }
            SignOut::Done { redirect } => self.done(visitor, redirect).into(),
        })
    }

    async fn confirmed(&self, form: SessionForm<LogoutForm>) -> Result<Shown, PageError> {
        let Opened { visitor, browser, form } = form.open(&self.frame)?;
        let redirect = match self.end_session.confirm(form.into(), &browser).await? {
            SignOut::Done { redirect } => redirect,
            SignOut::Ask { .. } => return Ok(Shown::Onward(self.frame.page("logout"))),
        };
        Ok(self.done(&visitor, redirect).into())
    }

    /// The response after logout: the client's redirect URI, or the page that confirms it.
    fn done(&self, visitor: &Visitor, redirect: Option<(String, Option<String>)>) -> Way {
        self.frame.cookies.drop_session(&visitor.jar);
        let Some((uri, state)) = redirect else {
            return Way::Location(self.frame.page("signed-out"));
        };
        let fields: Vec<_> = state.map(|state| ("state", state)).into_iter().collect();
        let departure = Departure {
            location: location(&uri, &fields),
            uri: &RedirectUri::restore(uri),
            client: None,
            upshot: Upshot::SignedOut,
        };
        self.frame.depart(departure, visitor.navigation)
    }

    fn page(
        &self,
        query: LogoutQuery,
        (visitor, browser): (&Visitor, &Browser),
        account: &str,
        client: Option<&str>,
    ) -> Document {
        let policy = query.post_logout_redirect_uri.as_deref();
        let policy = policy.map(|uri| Policy::form_to(uri, visitor.navigation));
        let page = SignOutPage {
            frame: &self.frame,
            csrf: csrf(&browser.sessions, SESSION),
            account,
            client,
            carried: query.into_fields(),
        };
        Document::new(&page, policy.unwrap_or_else(Policy::form))
    }
}

#[derive(Template)]
#[template(path = "sign-out.html")]
struct SignOutPage<'a> {
    frame: &'a Frame,
    csrf: String,
    account: &'a str,
    client: Option<&'a str>,
    carried: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "signed-out.html")]
struct SignedOutPage<'a> {
    frame: &'a Frame,
}
