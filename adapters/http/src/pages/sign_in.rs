//! The page on which a person signs in with a local account.

use std::sync::Arc;

use askama::Template;
use domain::{InteractionError, OAuthError, Secret};
use poem_openapi::{Object, OpenApi};
use ports::inbound::{Browser, Credentials, SealedRequest, SignIn, SignInPage, SignedIn};
use serde::Deserialize;

use super::{
    answer::{Document, Failure, Shown, Taken},
    client::{Client, Destination},
    dead_end::DeadEnd,
    form::{CrossSite, PageForm, PageQuery},
    frame::Frame,
    logo::Logo,
    page_error::PageError,
    policy::Policy,
    sealed::{pack, unpack},
    step::{self, InteractionQuery, Step},
    visit::{AnyBrowser, InInteraction, Visitor},
};
use crate::{
    Application,
    params::{FromParams, Params},
    tags::Tag,
};

/// The endpoints of the sign-in page.
pub(crate) struct SignInApi {
    frame: Frame,
    sign_in: Arc<dyn SignIn>,
}

impl SignInApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { frame: Frame::new(app.discover.as_ref()), sign_in: app.sign_in.clone() }
    }
}

#[OpenApi(tag = "Tag::Authorization")]
impl SignInApi {
    /// Show the sign-in page
    ///
    /// Without an interaction the browser is redirected to the account page. With one, another
    /// person can sign in and continue the interaction.
    #[oai(path = "/oauth/authorize/login", method = "get", operation_id = "showSignIn")]
    async fn get(
        &self,
        guest: AnyBrowser,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Shown, Failure> {
        self.frame.settle(self.show(&guest.0, query).await)
    }

    /// Sign in with user name and password, or continue as the person who is signed in
    ///
    /// Wrong credentials are answered 422, with the page again.
    #[oai(path = "/oauth/authorize/login", method = "post", operation_id = "signIn")]
    async fn post(
        &self,
        participant: InInteraction,
        form: PageForm<SignInForm>,
    ) -> Result<Taken, Failure> {
        self.frame.settle(self.take(&participant.0, form).await)
    }
}

impl SignInApi {
    async fn show(
        &self,
        visitor: &Visitor,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Shown, PageError> {
        let page = if matches!(query.0, Ok(InteractionQuery { interaction: None })) {
            self.sign_in.begin(&visitor.browser(&self.frame)).await?
        } else {
            let step = Step::new(&self.frame, visitor, query)?;
            self.sign_in.restart(&step.id, &step.browser).await?
        };
        Ok(Shown::Page(self.frame.sign_in(visitor, &page, None)))
    }

    async fn take(
        &self,
        visitor: &Visitor,
        form: PageForm<SignInForm>,
    ) -> Result<Taken, PageError> {
        let browser = visitor.browser(&self.frame);
        let (form, request) = form.unsealed()?;
        let username = form.username.clone().unwrap_or_default();
        match self.attempt(&request, &browser, form).await? {
            SignedIn::Refused(reason) => {
                let page = self.sign_in.show(&request, &browser).await?;
                let attempt = Attempt { username, reason };
                Ok(Taken::Again(self.frame.sign_in(visitor, &page, Some(&attempt))))
            }
            SignedIn::Onward { session, interaction, next } => {
                visitor.keep_session(&self.frame, session.as_ref());
                Ok(step::way(&self.frame, visitor.navigation, &interaction, next).into())
            }
        }
    }

    async fn attempt(
        &self,
        request: &SealedRequest,
        browser: &Browser,
        form: SignInForm,
    ) -> Result<SignedIn, PageError> {
        if form.whom.as_deref() == Some("current") {
            return Ok(self.sign_in.resume(request, browser).await?);
        }
        let credentials = Credentials {
            username: form.username.unwrap_or_default(),
            password: Secret::new(form.password.unwrap_or_default()),
        };
        Ok(self.sign_in.sign_in(request, browser, credentials).await?)
    }
}

impl Frame {
    /// Answers a form that failed with `trouble`: if its interaction has expired, with the sign-in
    /// page for the request that the form carries and with the `reason`, so that a new interaction
    /// starts.
    pub(super) async fn begin_anew(
        &self,
        visitor: &Visitor,
        sign_in: &dyn SignIn,
        request: Option<SealedRequest>,
        reason: &'static str,
        trouble: PageError,
    ) -> Result<Taken, PageError> {
        use InteractionError::{Expired, Unknown};
        let Some(request) = request else { return Err(trouble) };
        let PageError::DeadEnd(DeadEnd::Interaction(Expired | Unknown)) = trouble else {
            return Err(trouble);
        };
        let page = sign_in.show(&request, &visitor.browser(self)).await?;
        let attempt = Attempt { username: String::new(), reason };
        Ok(Taken::Again(self.sign_in(visitor, &page, Some(&attempt))))
    }

    /// The sign-in page; with the reason, if an attempt failed.
    pub(super) fn sign_in(
        &self,
        visitor: &Visitor,
        page: &SignInPage,
        attempt: Option<&Attempt>,
    ) -> Document {
        visitor.keep(self, page.secret.as_ref());
        let view = &page.view;
        let typed = attempt.map(|attempt| attempt.username.as_str());
        let username = typed.or(view.username.as_deref()).unwrap_or_default();
        let template = SignInTemplate {
            frame: self,
            request: pack(&page.request),
            client: view.client.as_ref().map(Client::from),
            account: view.account.as_deref(),
            error: attempt.map(|attempt| attempt.reason),
            focus: match (attempt, &view.account) {
                (None, Some(_)) => Focus::Account,
                _ if username.is_empty() => Focus::Username,
                _ => Focus::Password,
            },
            username,
        };
        Document::new(&template, Policy::back_to(view.client.as_ref(), visitor.navigation))
    }
}

/// A failed attempt to sign in.
pub(super) struct Attempt {
    /// The user name that was typed.
    username: String,
    /// The reason, for the person.
    reason: &'static str,
}

/// The sign-in form.
#[derive(Debug, Deserialize, Object)]
struct SignInForm {
    /// The authorization request, sealed for this browser.
    request: Option<String>,
    /// Always `current`: continue as the person who is signed in, without a password.
    #[serde(rename = "as")]
    #[oai(rename = "as")]
    whom: Option<String>,
    /// The user name.
    username: Option<String>,
    /// The password.
    password: Option<String>,
}

impl FromParams for SignInForm {
    fn from_params(params: Params) -> Result<Self, OAuthError> {
        params.parse()
    }
}

impl PageForm<SignInForm> {
    /// The form and the request that it carries. Only this server can have sealed the request, and
    /// it opens only in the browser that the page was made for.
    fn unsealed(self) -> Result<(SignInForm, SealedRequest), PageError> {
        let form = self.read()?;
        let request = unpack(form.request.as_deref()).ok_or(PageError::Forged)?;
        Ok((form, request))
    }
}

impl CrossSite for SignInForm {}

/// The field that has the focus when the page opens.
#[derive(PartialEq)]
enum Focus {
    Account,
    Username,
    Password,
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInTemplate<'a> {
    frame: &'a Frame,
    request: String,
    client: Option<Client>,
    account: Option<&'a str>,
    username: &'a str,
    error: Option<&'a str>,
    focus: Focus,
}
