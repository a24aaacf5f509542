//! Signing in and out: sessions, the sign-in page, and local passwords.

mod guard;
mod own_password;
mod page;
mod password;
mod queue;
mod sessions;
mod sign_out;
mod turns;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Authentication, Interaction, InteractionError, InteractionId, InteractionState, NextStep,
    Purpose, RequestSource, Secret, User,
};
use ports::inbound::{
    self, Browser, Credentials, InteractionFault, NextPage, PasswordView, SealedRequest, Shown,
    SignInPage,
};

use self::page::may_go_on;
pub(crate) use self::sessions::SignedIn;
pub use self::{
    guard::SignInGuard, page::SignInPages, password::Passwords, sessions::Sessions,
    sign_out::EndSession,
};
use crate::{
    Context, Interactions, Responder, VisitLimit,
    authorization::{Held, InTime},
};

const SIGN_IN: &str = "Sign in to go on.";
const OPEN_FOR_LONG: &str =
    "This page was open for a long time, so it was made anew. Please sign in now.";

/// Signs people in with local accounts.
pub struct SignIn {
    /// Limits what browsers in which nobody is signed in begin.
    pub visits: Arc<VisitLimit>,
    /// Begins interactions, and takes their steps.
    pub interactions: Arc<Interactions>,
    /// Leads on from a step.
    pub responder: Arc<Responder>,
    /// Opens and recognises sessions.
    pub sessions: Arc<Sessions>,
    /// Makes sign-in pages.
    pub pages: Arc<SignInPages>,
    /// Checks and changes passwords.
    pub passwords: Arc<Passwords>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

#[async_trait]
impl inbound::SignIn for SignIn {
    async fn begin(&self, browser: &Browser) -> Result<SignInPage, InteractionFault> {
        let person = self.sessions.signed_in(browser).await?;
        if person.is_none() {
            self.visits.count(&browser.origin).await?;
        }
        let (request, secret) = self.interactions.start(Purpose::Account, browser);
        self.pages.page(request, secret, person.as_ref()).await
    }

    async fn restart(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault> {
        let held = self.interactions.open_late(interaction, browser).await?;
        if matches!(held.value.state, InteractionState::Answered { .. }) {
            return Err(self.responder.answered(&held.value).await);
        }
        let (request, secret) = self.interactions.start(held.value.purpose, browser);
        let person = self.sessions.signed_in(browser).await?;
        self.pages.page(request, secret, person.as_ref()).await
    }

    async fn show(
        &self,
        sealed: &SealedRequest,
        browser: &Browser,
    ) -> Result<SignInPage, InteractionFault> {
        let (request, InTime(in_time)) = self.interactions.unseal(sealed, browser)?;
        let (request, secret) = if in_time {
            (request, None)
        } else {
            self.interactions.start(request.purpose, browser)
        };
        let person = self.sessions.signed_in(browser).await?;
        self.pages.page(request, secret, person.as_ref()).await
    }

    async fn sign_in(
        &self,
        sealed: &SealedRequest,
        browser: &Browser,
        credentials: Credentials,
    ) -> Result<inbound::SignedIn, InteractionFault> {
        let (request, InTime(true)) = self.interactions.unseal(sealed, browser)? else {
            return Ok(inbound::SignedIn::Refused(OPEN_FOR_LONG));
        };
        let user = match self.passwords.prove(credentials, &request.id, &browser.origin).await? {
            Ok(user) => user,
            Err(refusal) => return Ok(inbound::SignedIn::Refused(refusal)),
        };
        let (interaction, held) = (request.id.clone(), Held::Carried(request));
        let proven = Authentication::Proven(&user);
        if held.purpose().next_step(proven, None, self.context.now()) == NextStep::ChoosePassword {
            let (subject, stamp) = (user.id, user.stamp);
            let waiting = InteractionState::ChoosingPassword { subject, stamp };
            let taken = self.interactions.take(held, waiting).await?;
            let next = self.responder.follow(&taken.interaction, None, &browser.origin).await?;
            return Ok(inbound::SignedIn::Onward { session: None, interaction, next });
        }
        self.go_on(held, user, browser).await
    }

    async fn resume(
        &self,
        sealed: &SealedRequest,
        browser: &Browser,
    ) -> Result<inbound::SignedIn, InteractionFault> {
        let (request, InTime(true)) = self.interactions.unseal(sealed, browser)? else {
            return Ok(inbound::SignedIn::Refused(OPEN_FOR_LONG));
        };
        let person = self.sessions.signed_in(browser).await?;
        let now = self.context.now();
        let Some(person) = person.filter(|person| may_go_on(&request.purpose, person, now)) else {
            return Ok(inbound::SignedIn::Refused(SIGN_IN));
        };
        let (interaction, held) = (request.id.clone(), Held::Carried(request));
        let next = self.responder.advance(held, &person.session.value, &browser.origin).await?;
        Ok(inbound::SignedIn::Onward { session: None, interaction, next })
    }

    async fn show_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<PasswordView>, InteractionFault> {
        let held = match self.interactions.open(interaction, browser).await {
            Err(InteractionFault::Interaction(InteractionError::Expired)) => {
                return Ok(Shown::Onward(NextPage::SignIn));
            }
            held => held?,
        };
        let Some(stored) = self.passwords.waiting(&held.value.state).await? else {
            return Ok(Shown::Onward(self.elsewhere(&held.value, browser).await?));
        };
        let client = self.responder.client_of(&held.value.purpose).await?;
        let username = stored.value.username.as_str().to_owned();
        let request = self.interactions.carry(&held.value);
        Ok(Shown::Page(PasswordView { client, username, request }))
    }

    async fn choose_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        password: Secret,
    ) -> Result<inbound::SignedIn, InteractionFault> {
        let held = self.interactions.open(interaction, browser).await?;
        let Some(stored) = self.passwords.waiting(&held.value.state).await? else {
            let next = self.elsewhere(&held.value, browser).await?;
            return Ok(inbound::SignedIn::Onward {
                session: None,
                interaction: interaction.clone(),
                next,
            });
        };
        match self.passwords.replace(stored, password, &browser.origin).await? {
            Ok(user) => self.go_on(Held::Stored(held), user, browser).await,
            Err(refusal) => Ok(inbound::SignedIn::Refused(refusal)),
        }
    }
}

impl SignIn {
    /// The next page of an interaction in which nobody has to choose a password, or not any more.
    async fn elsewhere(
        &self,
        interaction: &Interaction,
        browser: &Browser,
    ) -> Result<NextPage, InteractionFault> {
        if matches!(interaction.state, InteractionState::ChoosingPassword { .. }) {
            return Ok(NextPage::SignIn);
        }
        let person = self.sessions.signed_in(browser).await?;
        let session = person.as_ref().map(|person| &person.session.value);
        self.responder.follow(interaction, session, &browser.origin).await
    }

    /// Signs a person in, and goes on. Whoever presses twice is signed in to the same session.
    async fn go_on(
        &self,
        held: Held,
        user: User,
        browser: &Browser,
    ) -> Result<inbound::SignedIn, InteractionFault> {
        let interaction = held.id().clone();
        let other = self.sessions.signed_in(browser).await?.filter(|held| held.user.id != user.id);
        let (session, secret) = self.sessions.open(&interaction, &user, browser).await?;
        let state = self.responder.state_for(held.purpose(), &session).await?;
        let taken = self.interactions.take(held, state).await?;
        if let Some(other) = other {
            self.sign_out(&other, &browser.origin).await;
        }
        let next =
            self.responder.follow(&taken.interaction, Some(&session), &browser.origin).await?;
        let session = Some(sessions::join_cookie(&session.id, &secret));
        Ok(inbound::SignedIn::Onward { session, interaction, next })
    }

    /// Signs out who was signed in before: nobody has the cookie any more to do it. The person at hand
    /// is not to suffer if it fails.
    async fn sign_out(&self, other: &SignedIn, origin: &RequestSource) {
        let ended = (&other.user.id, &other.session.value.id);
        if let Err(error) = self.sessions.end(ended, None, origin).await {
            tracing::error!(reason = ?error.reason, "a session could not be ended");
        }
    }
}
