//! The proof that somebody is who they say: a user name and its password.

use domain::{
    Action, Actor, Event, InteractionId, OAuthError, OneTimePasswordError, Origin, User, UserState,
};
use ports::{
    inbound::Credentials,
    outbound::{Change, Keep, StoreError, Stored},
};

use super::SignIn;
use crate::{
    passwords::{unhashed, verify},
    people::by_name,
    world::broken,
};

const WRONG: &str = "The user name or the password is wrong.";
const USED: &str =
    "This one-time password was used already. Ask whoever runs this server for a new one.";
const EXPIRED: &str =
    "This one-time password has ended. Ask whoever runs this server for a new one.";

impl SignIn {
    /// The person who proves to be themselves in an interaction, or what is wrong, for them. Everybody
    /// waits for the same work to be done, whether there is such an account or not.
    pub(super) async fn prove(
        &self,
        credentials: Credentials,
        interaction: &InteractionId,
        origin: &Origin,
    ) -> Result<Result<User, &'static str>, OAuthError> {
        let admission = self.guard.admit(&credentials.username, origin).await;
        let admission = self.flow.world.note_limit(admission, origin).await?;
        let found = by_name(self.users.as_ref(), &credentials.username).await.map_err(broken)?;
        if let Some(found) = &found {
            // What was just read is newer than what is kept in memory.
            self.flow.directory.apply(Change::User(found.value.id.clone()));
        }
        let name = credentials.username.clone();
        let event = Event {
            subject: found.as_ref().map(|stored| stored.value.id.clone()),
            ..self.flow.world.event(Action::SignIn, origin)
        };
        let state = found.as_ref().map(|stored| stored.value.state);
        let Some(proven) = self.check(found, credentials).await? else {
            let reason = match state {
                Some(UserState::Active) => "wrong password".to_owned(),
                Some(UserState::Disabled) => "the account is disabled".to_owned(),
                None => self.unknown_names.describe(&name),
            };
            self.flow.world.record(event.by(Actor::Anonymous).refused(reason)).await?;
            return Ok(Err(WRONG));
        };
        match self.spend(proven, interaction).await? {
            Ok(user) => {
                admission.succeeded().await;
                self.flow.world.record(event).await?;
                Ok(Ok(user))
            }
            // It counts as a failure: whoever tries it again and again costs a hash each time.
            Err(error) => {
                self.flow.world.record(event.refused(error.to_string())).await?;
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
            let now = self.flow.world.now();
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
                    self.flow.directory.apply(Change::User(id));
                    return Ok(Ok(user));
                }
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error)),
            }
            let again = Keep::<User>::find(self.users.as_ref(), &id).await.map_err(broken)?;
            // Under another stamp it has another password, or may not sign in any more.
            match again.filter(|again| again.value.honours(&stamp)) {
                Some(again) => stored = again,
                None => return Ok(Err(OneTimePasswordError::Used)),
            }
        }
        Err(broken(StoreError::Conflict))
    }
}
