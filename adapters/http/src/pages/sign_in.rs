//! Where people sign in with a local account.

use std::sync::Arc;

use askama::Template;
use domain::Secret;
use poem_openapi::{Object, OpenApi};
use ports::inbound::{Credentials, Next, Shown as View, SignIn, SignInView, SignedIn};
use serde::Deserialize;

use super::{
    answer::{Document, Failure, Shown, Taken},
    client::{Client, Destination},
    form::{Asked, Sent, guarded},
    frame::Frame,
    logo::Logo,
    password::PasswordForm,
    policy::Policy,
    step::{self, InteractionQuery, Step},
    trouble::Trouble,
    visit::{Guest, Participant, Visitor},
};
use crate::{Application, tags::Tag};

/// The sign-in page, and the page where a one-time password is replaced.
pub(crate) struct SignInApi {
    pub(super) frame: Frame,
    pub(super) sign_in: Arc<dyn SignIn>,
}

impl SignInApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { frame: Frame::new(app.discover.as_ref()), sign_in: app.sign_in.clone() }
    }
}

#[OpenApi(tag = "Tag::Authorization")]
impl SignInApi {
    /// The sign-in page.
    ///
    /// Without an interaction, one is begun that leads to the account page.
    #[oai(path = "/oauth/authorize/login", method = "get", operation_id = "showSignIn")]
    async fn get(&self, guest: Guest, query: Asked<InteractionQuery>) -> Result<Shown, Failure> {
        self.frame.settle(self.show(&guest.0, query).await)
    }

    /// Sign in, or go on as who is signed in already.
    ///
    /// Wrong credentials show the page again, as a form that must be mended.
    #[oai(path = "/oauth/authorize/login", method = "post", operation_id = "signIn")]
    async fn post(
        &self,
        participant: Participant,
        query: Asked<InteractionQuery>,
        form: Sent<SignInForm>,
    ) -> Result<Taken, Failure> {
        self.frame.settle(self.take(&participant.0, query, form).await)
    }

    /// The page where a one-time password is replaced.
    #[oai(path = "/oauth/authorize/password", method = "get", operation_id = "showPassword")]
    async fn password(
        &self,
        participant: Participant,
        query: Asked<InteractionQuery>,
    ) -> Result<Shown, Failure> {
        self.frame.settle(self.show_password(&participant.0, query).await)
    }

    /// Replace a one-time password, and sign in.
    #[oai(path = "/oauth/authorize/password", method = "post", operation_id = "choosePassword")]
    async fn choose(
        &self,
        participant: Participant,
        query: Asked<InteractionQuery>,
        form: Sent<PasswordForm>,
    ) -> Result<Taken, Failure> {
        self.frame.settle(self.choose_password(&participant.0, query, form).await)
    }
}

impl SignInApi {
    async fn show(
        &self,
        visitor: &Visitor,
        query: Asked<InteractionQuery>,
    ) -> Result<Shown, Trouble> {
        if matches!(query.0, Ok(InteractionQuery { interaction: None })) {
            let browser = visitor.browser(&self.frame);
            let (interaction, secret) = self.sign_in.begin(&browser).await?;
            let begun = (&interaction, secret.as_ref());
            return Ok(step::begin(&self.frame, visitor, begun, Next::SignIn).into());
        }
        let step = Step::new(&self.frame, visitor, query)?;
        Ok(match self.sign_in.show(&step.id, &step.browser).await? {
            View::Page(view) => Shown::Page(self.page(&step, &view, None)),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    async fn take(
        &self,
        visitor: &Visitor,
        query: Asked<InteractionQuery>,
        form: Sent<SignInForm>,
    ) -> Result<Taken, Trouble> {
        let mut step = Step::new(&self.frame, visitor, query)?;
        let form = step.open(form)?;
        let username = form.username.clone().unwrap_or_default();
        match self.attempt(&step, form).await? {
            SignedIn::Refused(reason) => self.again(&step, &Attempt { username, reason }).await,
            SignedIn::Onward { session, next } => Ok(step.onward_as(session.as_ref(), next).into()),
        }
    }

    async fn attempt(&self, step: &Step<'_>, form: SignInForm) -> Result<SignedIn, Trouble> {
        if form.whom.as_deref() == Some("current") {
            return Ok(self.sign_in.resume(&step.id, &step.browser).await?);
        }
        let credentials = Credentials {
            username: form.username.unwrap_or_default(),
            password: Secret::new(form.password.unwrap_or_default()),
        };
        Ok(self.sign_in.sign_in(&step.id, &step.browser, credentials).await?)
    }

    async fn again(&self, step: &Step<'_>, attempt: &Attempt) -> Result<Taken, Trouble> {
        Ok(match self.sign_in.show(&step.id, &step.browser).await? {
            View::Page(view) => Taken::Again(self.page(step, &view, Some(attempt))),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    fn page(&self, step: &Step<'_>, view: &SignInView, attempt: Option<&Attempt>) -> Document {
        let typed = attempt.map(|attempt| attempt.username.as_str());
        let username = typed.or(view.username.as_deref()).unwrap_or_default();
        let page = SignInPage {
            frame: &self.frame,
            action: step.page("login"),
            csrf: step.csrf(),
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
        Document::new(&page, Policy::back_to(view.client.as_ref()))
    }
}

/// What a person typed, and why it will not do.
struct Attempt {
    username: String,
    reason: &'static str,
}

/// Who wants to sign in.
#[derive(Debug, Deserialize, Object)]
struct SignInForm {
    /// What the page put there.
    csrf: Option<String>,
    /// `current`, to go on as who is signed in already.
    #[serde(rename = "as")]
    #[oai(rename = "as")]
    whom: Option<String>,
    /// The user name.
    username: Option<String>,
    /// The password.
    password: Option<String>,
}

guarded!(SignInForm);

/// Where the cursor is when the page opens.
#[derive(PartialEq)]
enum Focus {
    Account,
    Username,
    Password,
}

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage<'a> {
    frame: &'a Frame,
    action: String,
    csrf: String,
    client: Option<Client>,
    account: Option<&'a str>,
    username: &'a str,
    error: Option<&'a str>,
    focus: Focus,
}
