//! The page on which a person replaces a one-time password.

use askama::Template;
use domain::Secret;
use poem_openapi::Object;
use ports::inbound::{PasswordView, Shown as View, SignedIn};
use serde::Deserialize;

use super::{
    answer::{Document, Shown, Taken},
    client::{Client, Destination},
    form::{PageForm, PageQuery, guarded},
    frame::Frame,
    logo::Logo,
    page_error::PageError,
    policy::Policy,
    sealed::{pack, unpack},
    sign_in::SignInApi,
    step::{InteractionQuery, Step},
    visit::Visitor,
};

/// The reason shown if the interaction has expired, since the one-time password is then used up.
const TOO_LONG: &str = "This page was open for too long, and your password was not changed. A one-time \
                        password works once: ask whoever runs this server for a new one, and sign in \
                        with that.";

impl SignInApi {
    pub(super) async fn show_password(
        &self,
        visitor: &Visitor,
        query: PageQuery<InteractionQuery>,
    ) -> Result<Shown, PageError> {
        let step = Step::new(&self.frame, visitor, query)?;
        Ok(match self.sign_in.show_password(&step.id, &step.browser).await? {
            View::Page(view) => Shown::Page(self.password_page(&step, &view, None)),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    pub(super) async fn choose_password(
        &self,
        visitor: &Visitor,
        query: PageQuery<InteractionQuery>,
        form: PageForm<PasswordForm>,
    ) -> Result<Taken, PageError> {
        let mut step = Step::new(&self.frame, visitor, query)?;
        let form = step.open(form)?;
        let request = unpack(form.request.as_deref());
        match self.replace_password(&step, form).await {
            Err(trouble) => {
                self.frame
                    .begin_anew(visitor, self.sign_in.as_ref(), request, TOO_LONG, trouble)
                    .await
            }
            taken => taken,
        }
    }

    async fn replace_password(
        &self,
        step: &Step<'_>,
        form: PasswordForm,
    ) -> Result<Taken, PageError> {
        let Some(password) = form.agreed() else {
            return self.password_again(step, "The two passwords are not the same.").await;
        };
        match self.sign_in.choose_password(&step.id, &step.browser, password).await? {
            SignedIn::Refused(reason) => self.password_again(step, reason).await,
            SignedIn::Onward { session, next, .. } => {
                Ok(step.onward_as(session.as_ref(), next).into())
            }
        }
    }

    async fn password_again(
        &self,
        step: &Step<'_>,
        reason: &'static str,
    ) -> Result<Taken, PageError> {
        Ok(match self.sign_in.show_password(&step.id, &step.browser).await? {
            View::Page(view) => Taken::Again(self.password_page(step, &view, Some(reason))),
            View::Onward(next) => step.onward(next).into(),
        })
    }

    fn password_page(&self, step: &Step<'_>, view: &PasswordView, error: Option<&str>) -> Document {
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
pub(super) struct PasswordForm {
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
