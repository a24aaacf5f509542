//! Local passwords: the proof that somebody is who they say.

use std::sync::Arc;

use domain::{
    Action, Actor, Event, InteractionId, InteractionState, NameDigests, OAuthError,
    OneTimePasswordError, Password, RequestSource, Secret, SecurityStamp, User, UserState,
};
use ports::{
    inbound::Credentials,
    outbound::{Hashes, StoreError, Stored, Users},
};

use super::{Sessions, SignInGuard};
use crate::{
    Context, UserCache,
    context::broken,
    people::{by_name, hash, judge, unhashed, verify},
};

const WRONG: &str = "The user name or the password is wrong.";
const USED: &str =
    "This one-time password was used already. Ask whoever runs this server for a new one.";
const EXPIRED: &str =
    "This one-time password has ended. Ask whoever runs this server for a new one.";

/// Checks and changes the passwords of local accounts.
pub struct Passwords {
    /// The store of people.
    pub users: Arc<dyn Users>,
    /// Known people.
    pub known: Arc<UserCache>,
    /// Hashes passwords.
    pub hashes: Arc<dyn Hashes>,
    /// Limits how often passwords are tried.
    pub guard: SignInGuard,
    /// Stands for names that nobody has, in the audit record.
    pub unknown_names: NameDigests,
    /// Keeps the session in which a password is changed.
    pub sessions: Arc<Sessions>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl Passwords {
    /// The person who proves to be themselves in an interaction, or what is wrong, for them. Everybody
    /// waits for the same work to be done, whether there is such an account or not.
    pub(super) async fn prove(
        &self,
        credentials: Credentials,
        interaction: &InteractionId,
        origin: &RequestSource,
    ) -> Result<Result<User, &'static str>, OAuthError> {
        let admission = self.guard.admit(&credentials.username, origin).await;
        let admission = self.context.note_limit(admission, origin).await?;
        let found = by_name(self.users.as_ref(), &credentials.username).await.map_err(broken)?;
        if let Some(found) = &found {
            // What was just read is newer than what is kept in memory.
            self.known.forget(&found.value.id);
        }
        let name = credentials.username.clone();
        let event = Event {
            subject: found.as_ref().map(|stored| stored.value.id.clone()),
            ..self.context.event(Action::SignIn, origin)
        };
        let state = found.as_ref().map(|stored| stored.value.state);
        let Some(proven) = self.check(found, credentials).await? else {
            let reason = match state {
                Some(UserState::Active) => "wrong password".to_owned(),
                Some(UserState::Disabled) => "the account is disabled".to_owned(),
                None => self.unknown_names.describe(&name),
            };
            self.context.record(event.by(Actor::Anonymous).refused(reason)).await?;
            return Ok(Err(WRONG));
        };
        match self.spend(proven, interaction).await? {
            Ok(user) => {
                admission.succeeded().await;
                self.context.record(event).await?;
                Ok(Ok(user))
            }
            // It counts as a failure: whoever tries it again and again costs a hash each time.
            Err(error) => {
                self.context.record(event.refused(error.to_string())).await?;
                Ok(Err(match error {
                    OneTimePasswordError::Used => USED,
                    OneTimePasswordError::Expired => EXPIRED,
                }))
            }
        }
    }

    /// The account, if it may be used and the password is its own.
    async fn check(
        &self,
        found: Option<Stored<User>>,
        credentials: Credentials,
    ) -> Result<Option<Stored<User>>, OAuthError> {
        let stored = found.filter(|stored| stored.value.state == UserState::Active);
        let kept = stored.as_ref().and_then(|stored| stored.value.password.as_ref());
        let hash = kept.map(|password| password.hash.clone());
        // An empty password is nobody's, even if somebody has managed to set one.
        let typed = !credentials.password.expose().is_empty();
        let proven = verify(self.hashes.as_ref(), credentials.password, hash).await;
        let proven = proven.map_err(unhashed)? && typed;
        Ok(stored.filter(|_| proven))
    }

    /// Uses up a one-time password that was proven right. Of two interactions at once, one gets it.
    async fn spend(
        &self,
        proven: Stored<User>,
        interaction: &InteractionId,
    ) -> Result<Result<User, OneTimePasswordError>, OAuthError> {
        let (mut stored, stamp) = (proven.clone(), proven.value.stamp);
        for _ in 0..4 {
            let user = stored.value.clone();
            let now = self.context.now();
            let password = match user.password.clone().map(|kept| kept.sign_in(interaction, now)) {
                Some(Err(error)) => return Ok(Err(error)),
                Some(Ok(password)) => Some(password),
                None => None,
            };
            if password == user.password {
                return Ok(Ok(user));
            }
            let (id, user) = (user.id.clone(), User { password, ..user });
            match self.users.replace(stored.with(user.clone())).await {
                Ok(()) => {
                    self.known.forget(&id);
                    return Ok(Ok(user));
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error)),
            }
            let again = self.users.find(&id).await.map_err(broken)?;
            // Under another stamp it has another password, or may not sign in any more.
            match again.filter(|again| again.value.honours(&stamp)) {
                Some(again) => stored = again,
                None => return Ok(Err(OneTimePasswordError::Used)),
            }
        }
        Err(broken(StoreError::Conflict))
    }

    /// The person who signed in with a one-time password in this interaction, if they still have it.
    pub(super) async fn waiting(
        &self,
        state: &InteractionState,
    ) -> Result<Option<Stored<User>>, OAuthError> {
        let InteractionState::ChoosingPassword { subject, stamp } = state else {
            return Ok(None);
        };
        let stored = self.users.find(subject).await.map_err(broken)?;
        let one_time = |user: &User| user.has_one_time_password();
        Ok(stored.filter(|stored| one_time(&stored.value) && stored.value.honours(stamp)))
    }

    /// Stores a password that is fit to be one, or says what is wrong with it.
    pub(super) async fn replace(
        &self,
        stored: Stored<User>,
        password: Secret,
        origin: &RequestSource,
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
        let stamp = self.context.id(SecurityStamp::new);
        let user = stored.value.clone().with_password(Password::chosen(hash), stamp);
        match self.users.replace(stored.with(user.clone())).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => {
                return Ok(Err("The account was changed meanwhile. Try again."));
            }
            Err(error) => return Err(broken(error)),
        }
        self.known.forget(&user.id);
        let event = self.context.event(Action::PasswordChanged, origin).of_person(&user.id);
        self.context.record(event).await?;
        Ok(Ok(user))
    }
}
