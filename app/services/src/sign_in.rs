//! Signing in with a local account.

mod guard;
mod own_password;
mod page;
mod proof;
mod queue;
mod turns;
mod welcome;

pub use guard::SignInGuard;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, Event, Interaction, InteractionError, InteractionId, InteractionState, NameDigests,
    OAuthError, Origin, Password, Purpose, Secret, Stamp, User,
};
use ports::{
    inbound::{
        self, Browser, Credentials, Fault, Next, PasswordView, SealedRequest, Shown, SignInPage,
        SignedIn,
    },
    outbound::{Change, Hashes, Keep, StoreError, Stored, Users},
};

use crate::{
    Flow,
    passwords::{hash, judge, unhashed, verify},
    sign_in_request::InTime,
    steps::Held,
    world::broken,
};

const SIGN_IN: &str = "Sign in to go on.";
const OPEN_FOR_LONG: &str =
    "This page was open for a long time, so it was made anew. Please sign in now.";

/// Signs people in.
pub struct SignIn {
    /// The front channel's common ground.
    pub flow: Arc<Flow>,
    /// Where people are kept.
    pub users: Arc<dyn Users>,
    /// Hashes passwords.
    pub hashes: Arc<dyn Hashes>,
    /// Limits how often passwords are tried.
    pub guard: SignInGuard,
    /// Stands for names that nobody has, in the audit record.
    pub unknown_names: NameDigests,
}

#[async_trait]
impl inbound::SignIn for SignIn {
    async fn begin(&self, browser: &Browser) -> Result<SignInPage, Fault> {
        self.flow.limit_strangers(browser).await?;
        let (request, secret) = self.flow.start(Purpose::Account, browser);
        self.flow.sign_in_page(request, secret, browser).await
    }

    async fn restart(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<SignInPage, Fault> {
        let held = self.flow.open_late(interaction, browser).await?;
        if matches!(held.value.state, InteractionState::Answered { .. }) {
            return Err(self.flow.answered(&held.value).await);
        }
        let (request, secret) = self.flow.start(held.value.purpose, browser);
        self.flow.sign_in_page(request, secret, browser).await
    }

    async fn show(&self, sealed: &SealedRequest, browser: &Browser) -> Result<SignInPage, Fault> {
        let (request, InTime(in_time)) = self.flow.unseal(sealed, browser)?;
        let (request, secret) =
            if in_time { (request, None) } else { self.flow.start(request.purpose, browser) };
        self.flow.sign_in_page(request, secret, browser).await
    }

    async fn sign_in(
        &self,
        sealed: &SealedRequest,
        browser: &Browser,
        credentials: Credentials,
    ) -> Result<SignedIn, Fault> {
        let (request, InTime(true)) = self.flow.unseal(sealed, browser)? else {
            return Ok(SignedIn::Refused(OPEN_FOR_LONG));
        };
        let user = match self.prove(credentials, &request.id, &browser.origin).await? {
            Ok(user) => user,
            Err(refusal) => return Ok(SignedIn::Refused(refusal)),
        };
        let (interaction, held) = (request.id.clone(), Held::Carried(request));
        if user.password.as_ref().is_some_and(Password::is_one_time) {
            let (subject, stamp) = (user.id, user.stamp);
            let waiting = InteractionState::ChoosingPassword { subject, stamp };
            let taken = self.flow.take(held, waiting).await?;
            let next = self.flow.follow(&taken.interaction, None, &browser.origin).await?;
            return Ok(SignedIn::Onward { session: None, interaction, next });
        }
        self.welcome(held, user, browser).await
    }

    async fn resume(&self, sealed: &SealedRequest, browser: &Browser) -> Result<SignedIn, Fault> {
        let (request, InTime(true)) = self.flow.unseal(sealed, browser)? else {
            return Ok(SignedIn::Refused(OPEN_FOR_LONG));
        };
        let person = self.flow.signed_in(browser).await?;
        let now = self.flow.world.now();
        let Some(person) =
            person.filter(|person| request.purpose.accepts(&person.session.value, now))
        else {
            return Ok(SignedIn::Refused(SIGN_IN));
        };
        let (interaction, held) = (request.id.clone(), Held::Carried(request));
        let next = self.flow.advance(held, &person.session.value, &browser.origin).await?;
        Ok(SignedIn::Onward { session: None, interaction, next })
    }

    async fn show_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<PasswordView>, Fault> {
        let held = match self.flow.open(interaction, browser).await {
            Err(Fault::Interaction(InteractionError::Expired)) => {
                return Ok(Shown::Onward(Next::SignIn));
            }
            held => held?,
        };
        let Some(stored) = self.waiting(&held.value.state).await? else {
            return Ok(Shown::Onward(self.elsewhere(&held.value, browser).await?));
        };
        let client = self.flow.client_of(&held.value.purpose).await?;
        let username = stored.value.username.as_str().to_owned();
        let request = self.flow.carry(&held.value);
        Ok(Shown::Page(PasswordView { client, username, request }))
    }

    async fn choose_password(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        password: Secret,
    ) -> Result<SignedIn, Fault> {
        let held = self.flow.open(interaction, browser).await?;
        let Some(stored) = self.waiting(&held.value.state).await? else {
            let next = self.elsewhere(&held.value, browser).await?;
            return Ok(SignedIn::Onward { session: None, interaction: interaction.clone(), next });
        };
        match self.replace_password(stored, password, &browser.origin).await? {
            Ok(user) => self.welcome(Held::Stored(held), user, browser).await,
            Err(refusal) => Ok(SignedIn::Refused(refusal)),
        }
    }
}

impl SignIn {
    /// Where an interaction leads in which nobody has to choose a password, or not any more.
    async fn elsewhere(&self, interaction: &Interaction, browser: &Browser) -> Result<Next, Fault> {
        if matches!(interaction.state, InteractionState::ChoosingPassword { .. }) {
            return Ok(Next::SignIn);
        }
        let person = self.flow.signed_in(browser).await?;
        let session = person.as_ref().map(|person| &person.session.value);
        self.flow.follow(interaction, session, &browser.origin).await
    }

    /// The person who signed in with a one-time password in this interaction, if they still have it.
    async fn waiting(&self, state: &InteractionState) -> Result<Option<Stored<User>>, OAuthError> {
        let InteractionState::ChoosingPassword { subject, stamp } = state else {
            return Ok(None);
        };
        let stored = Keep::<User>::find(self.users.as_ref(), subject).await.map_err(broken)?;
        let one_time = |user: &User| user.password.as_ref().is_some_and(Password::is_one_time);
        Ok(stored.filter(|stored| one_time(&stored.value) && stored.value.honours(stamp)))
    }

    /// Stores a password that is fit to be one, or says what is wrong with it.
    async fn replace_password(
        &self,
        stored: Stored<User>,
        password: Secret,
        origin: &Origin,
    ) -> Result<Result<User, &'static str>, OAuthError> {
        if let Err(refusal) = judge(&password, &stored.value) {
            return Ok(Err(refusal));
        }
        let old = stored.value.password.as_ref().map(|old| old.hash.clone());
        let hashes = self.hashes.as_ref();
        if verify(hashes, password.clone(), old).await.map_err(unhashed)? {
            return Ok(Err("Choose another password than the one you were given."));
        }
        let hash = hash(hashes, password).await.map_err(unhashed)?;
        let stamp = self.flow.world.id(Stamp::new);
        let user = stored.value.clone().with_password(Password::chosen(hash), stamp);
        match self.users.replace(stored.with(user.clone())).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                return Ok(Err("The account was changed meanwhile. Try again."));
            }
            Err(error) => return Err(broken(error)),
        }
        self.flow.directory.apply(Change::User(user.id.clone()));
        let event = Event {
            subject: Some(user.id.clone()),
            ..self.flow.world.event(Action::PasswordChanged, origin)
        };
        self.flow.world.record(event).await?;
        Ok(Ok(user))
    }
}
