//! The sign-in page.

use std::sync::Arc;

use domain::{Authentication, OAuthError, Purpose, Secret, SignInRequest, Timestamp};
use ports::inbound::{InteractionFault, SignInPage, SignInView};

use super::SignedIn;
use crate::{Context, Interactions, Responder, UserCache};

/// Makes sign-in pages.
pub struct SignInPages {
    /// Seals what a page carries.
    pub interactions: Arc<Interactions>,
    /// Tells which client asks.
    pub responder: Arc<Responder>,
    /// Known people.
    pub users: Arc<UserCache>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl SignInPages {
    /// The page on which somebody signs in for `request`; `secret` is for the browser to keep, and
    /// `person` is who is signed in there already.
    pub(crate) async fn page(
        &self,
        request: SignInRequest,
        secret: Option<Secret>,
        person: Option<&SignedIn>,
    ) -> Result<SignInPage, InteractionFault> {
        let now = self.context.now();
        let usable = person.filter(|person| may_go_on(&request.purpose, person, now));
        let view = SignInView {
            client: self.responder.client_of(&request.purpose).await?,
            username: self.expected(&request.purpose).await?,
            account: usable.map(|person| person.user.display_name().to_owned()),
        };
        Ok(SignInPage { request: self.interactions.seal(request), secret, view })
    }

    /// The user name to write into the form: that of the person whom the client means, or thinks it may
    /// be.
    async fn expected(&self, purpose: &Purpose) -> Result<Option<String>, OAuthError> {
        let Purpose::Authorize(request) = purpose else { return Ok(None) };
        let access = &request.access;
        let Some(subject) = &access.subject else { return Ok(access.login_hint.clone()) };
        let user = self.users.find(subject).await?;
        Ok(user.map(|user| user.username.as_str().to_owned()))
    }
}

/// Whether a person who is signed in may go on with that session, without proving again who they are.
pub(super) fn may_go_on(purpose: &Purpose, person: &SignedIn, now: Timestamp) -> bool {
    let chosen = Authentication::Chosen(&person.session.value);
    purpose.accepts(chosen, now)
}
