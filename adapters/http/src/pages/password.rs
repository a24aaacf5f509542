//! The page on which a person replaces a one-time password.

use std::sync::Arc;

use askama::Template;
use domain::Secret;
use poem_openapi::{Object, OpenApi};
use ports::inbound::{PasswordView, Shown as View, SignIn, SignedIn};
use serde::Deserialize;

use super::{
    answer::{Document, Failure, Shown, Taken},
    client::{Client, Destination},
    form::{PageForm, PageQuery, guarded},
    frame::Frame,
    logo::Logo,
    page_error::PageError,
    policy::Policy,
    sealed::{pack, unpack},
    step::{InteractionQuery, Step},
    visit::{InInteraction, Visitor},
};
use crate::{Application, tags::Tag};

/// The reason shown if the interaction has expired, since the one-time password is then used up.
const TOO_LONG: &str = "This page was open for too long, and your password was not changed. A one-time \
                        password works once: ask whoever runs this server for a new one, and sign in \
                        with that.";

/// The endpoints of the page where a one-time password is replaced.
pub(crate) struct PasswordApi {
    frame: Frame,
    sign_in: Arc<dyn SignIn>,
}

impl PasswordApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { frame: Frame::new(app.discover.as_ref()), sign_in: app.sign_in.clone() }
    }
}

#[OpenApi(tag = "Tag::Authorization")]
impl PasswordApi {
    /// Show the page where a one-time password is replaced
    #[oai(path = "/oauth/authorize/password", method = "get", operation_id = "showPassword")]
    async fn get(
        &self,
        participant: InInteraction,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Shown, Failure> {
        self.frame.settle(self.show(&participant.0, query).await)
    }

    /// Replace a one-time password and sign in
    #[oai(path = "/oauth/authorize/password", method = "post", operation_id = "choosePassword")]
    async fn post(
        &self,
        participant: InInteraction,
        query: PageQuery<InteractionQuery>,
        form: PageForm<PasswordForm>,
    ) -> Result<Taken, Failure> {
        self.frame.settle(self.take(&participant.0, query, form).await)
    }
}

impl PasswordApi {
    async fn show(
        &self,
        visitor: &Visitor,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Shown, PageError> {
        let step = Step::new(&self.frame, visitor, query)?;
        Ok(match self.sign_in.show_password(&step.id, &step.browser).await? {
            View::Page(view) => Shown::Page(self.page(&step, &view, None)),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    async fn take(
        &self,
        visitor: &Visitor,
        query: PageQuery<InteractionQuery>,
        form: PageForm<PasswordForm>,
    ) -> Result<Taken, PageError> {
        let mut step = Step::new(&self.frame, visitor, query)?;
        let form = step.open(form)?;
        let request = unpack(form.request.as_deref());
        match self.replace(&step, form).await {
            Err(trouble) => {
                self.frame
                    .begin_anew(visitor, self.sign_in.as_ref(), request, TOO_LONG, trouble)
                    .await
            }
            taken => taken,
        }
    }

    async fn replace(&self, step: &Step<'_>, form: PasswordForm) -> Result<Taken, PageError> {
        let Some(password) = form.agreed() else {
            return self.again(step, "The two passwords are not the same.").await;
        };
        match self.sign_in.choose_password(&step.id, &step.browser, password).await? {
            SignedIn::Refused(reason) => self.again(step, reason).await,
            SignedIn::Onward { session, next, .. } => {
                Ok(step.onward_as(session.as_ref(), next).into())
            }
        }
    }

    async fn again(&self, step: &Step<'_>, reason: &'static str) -> Result<Taken, PageError> {
        Ok(match self.sign_in.show_password(&step.id, &step.browser).await? {
            View::Page(view) => Taken::Again(self.page(step, &view, Some(reason))),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    fn page(&self, step: &Step<'_>, view: &PasswordView, error: Option<&str>) -> Document {
        let page = PasswordPage {
            frame: &self.frame,
            action: step.page("password"),
            csrf: step.csrf(),
            request: pack(&view.request),
            client: view.client.as_ref().map(Client::from),
            username: &view.username,
            error,
        };
        Document::new(&page, Policy::back_to(view.client.as_ref(), step.navigation()))
    }
}

/// The form that replaces a one-time password.
#[derive(Debug, Deserialize, Object)]
struct PasswordForm {
    /// The CSRF token of the page.
    csrf: Option<String>,
    /// The authorization request, sealed for this browser, from which a new interaction starts if
    /// this one has expired.
    request: Option<String>,
    /// The new password.
    #[serde(rename = "new-password")]
    #[oai(rename = "new-password")]
    new: Option<String>,
    /// The new password, repeated.
    #[serde(rename = "confirm-password")]
    #[oai(rename = "confirm-password")]
    confirm: Option<String>,
}

guarded!(PasswordForm);

impl PasswordForm {
    /// The password, if it was typed twice alike. Both come from the same person, so the duration
    /// of the comparison reveals nothing.
    fn agreed(self) -> Option<Secret> {
        (self.new == self.confirm).then(|| Secret::new(self.new.unwrap_or_default()))
    }
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage<'a> {
    frame: &'a Frame,
    action: String,
    csrf: String,
    request: String,
    client: Option<Client>,
    username: &'a str,
    error: Option<&'a str>,
}
