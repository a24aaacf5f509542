//! Where people sign out (OIDC RP-Initiated Logout).

use std::sync::Arc;

use askama::Template;
use poem_openapi::OpenApi;
use ports::inbound::{Browser, EndSession, SignOut};

use super::{
    answer::{Document, Done, Failure, Shown, SignedOut},
    form::{Asked, Sent},
    frame::Frame,
    logout_request::{LogoutForm, LogoutQuery},
    policy::Policy,
    redirect::location,
    trouble::Trouble,
    visit::{Guest, Member, Visitor, csrf},
};
use crate::{Application, security::Anyone, tags::Tag};

/// The pages around signing out.
pub(crate) struct LogoutApi {
    frame: Frame,
    end_session: Arc<dyn EndSession>,
}

impl LogoutApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { frame: Frame::new(app.discover.issuer()), end_session: app.end_session.clone() }
    }
}

#[OpenApi(tag = "Tag::Account")]
#[expect(clippy::unused_async, reason = "poem-openapi asks for it")]
impl LogoutApi {
    /// The page that asks whether to sign out.
    #[oai(path = "/logout", method = "get", operation_id = "showSignOut")]
    async fn ask(&self, guest: Guest) -> Result<Shown, Failure> {
        self.frame.settle(self.request(&guest.0, Ok(LogoutQuery::default())).await)
    }

    /// Sign out.
    #[oai(path = "/logout", method = "post", operation_id = "signOut")]
    async fn confirm(&self, member: Member, form: Sent<LogoutForm>) -> Result<Done, Failure> {
        self.frame.settle(self.confirmed(&member.0, form).await)
    }

    /// Sign out, at the wish of a client.
    ///
    /// A client that proves by its ID token whom it means is obeyed; anybody else makes the person
    /// be asked.
    #[oai(path = "/oauth/logout", method = "get", operation_id = "endSessionForClient")]
    async fn get(&self, guest: Guest, query: Asked<LogoutQuery>) -> Result<Shown, Failure> {
        self.frame.settle(self.request(&guest.0, query.0.map_err(Trouble::from)).await)
    }

    /// Sign out, at the wish of a client that sends a form.
    ///
    /// Browsers send no cookie of ours with a form from elsewhere. Such a request is sent on to the
    /// same request by GET, with which they do.
    #[oai(path = "/oauth/logout", method = "post", operation_id = "endSessionForClientByForm")]
    async fn post(&self, guest: Guest, form: Sent<LogoutQuery>) -> Result<Shown, Failure> {
        let outcome = match form.read() {
            Ok(request) if !guest.0.has_session(&self.frame) => Ok(self.by_get(request)),
            request => self.request(&guest.0, request).await,
        };
        self.frame.settle(outcome)
    }

    /// The page that says that nobody is signed in any more.
    #[oai(path = "/signed-out", method = "get", operation_id = "showSignedOut")]
    async fn signed_out(&self, _anyone: Anyone) -> SignedOut {
        SignedOut::Page(Document::new(&SignedOutPage { frame: &self.frame }, Policy::still()))
    }
}

impl LogoutApi {
    async fn request(
        &self,
        visitor: &Visitor,
        query: Result<LogoutQuery, Trouble>,
    ) -> Result<Shown, Trouble> {
        let (query, browser) = (query?, visitor.browser(&self.frame));
        Ok(match self.end_session.request(query.clone().into(), &browser).await? {
            SignOut::Ask { account, client } => {
                Shown::Page(self.page(query, &browser, &account, client.as_deref()))
            }
            SignOut::Done { redirect } => Shown::Onward(self.done(visitor, redirect)),
        })
    }

    async fn confirmed(&self, visitor: &Visitor, form: Sent<LogoutForm>) -> Result<Done, Trouble> {
        let browser = visitor.browser(&self.frame);
        let form = form.open(browser.session.as_ref())?;
        let redirect = match self.end_session.confirm(form.into(), &browser).await? {
            SignOut::Done { redirect } => redirect,
            SignOut::Ask { .. } => return Ok(Done::Onward(format!("{}/logout", self.frame.base))),
        };
        Ok(Done::Onward(self.done(visitor, redirect)))
    }

    /// Where to go when nobody is signed in any more.
    fn done(&self, visitor: &Visitor, redirect: Option<(String, Option<String>)>) -> String {
        self.frame.cookies.drop_session(&visitor.jar);
        match redirect {
            None => format!("{}/signed-out", self.frame.base),
            Some((uri, None)) => uri,
            Some((uri, Some(state))) => location(&uri, &[("state", state)]),
        }
    }

    fn by_get(&self, request: LogoutQuery) -> Shown {
        let path = format!("{}/oauth/logout", self.frame.base);
        Shown::Onward(location(&path, &request.into_fields()))
    }

    fn page(
        &self,
        query: LogoutQuery,
        browser: &Browser,
        account: &str,
        client: Option<&str>,
    ) -> Document {
        let policy = query.post_logout_redirect_uri.as_deref().map(Policy::form_to);
        let page = SignOutPage {
            frame: &self.frame,
            csrf: csrf(browser.session.as_ref()),
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
