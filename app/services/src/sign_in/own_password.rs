//! Another password for a person who is signed in.

use domain::{Action, Event, OAuthError, Origin, Password, Secret, Session, Stamp, User};
use ports::{
    inbound::{Changed, PasswordChange},
    outbound::{Change, Keep, StoreError, Stored},
};

use super::SignIn;
use crate::{
    flow::SignedIn,
    passwords::{hash, judge, unhashed, verify},
    world::broken,
};

const MEANWHILE: &str = "The account was changed meanwhile. Try again.";

impl SignIn {
    /// Gives the person another password, if they know the one they have: somebody who finds a browser
    /// open does not. Attempts count like those to sign in.
    pub(crate) async fn change_password(
        &self,
        person: SignedIn,
        change: PasswordChange,
        origin: &Origin,
    ) -> Result<Changed, OAuthError> {
        let found = Keep::<User>::find(self.users.as_ref(), &person.user.id).await;
        let Some(stored) = found.map_err(broken)? else { return Ok(Changed::Refused(MEANWHILE)) };
        if !self.knows(&stored.value, change.current, origin).await? {
            return Ok(Changed::Refused("The current password is wrong."));
        }
        if let Err(refusal) = judge(&change.new, &stored.value) {
            return Ok(Changed::Refused(refusal));
        }
        let hashed = hash(self.hashes.as_ref(), change.new).await.map_err(unhashed)?;
        let password = Password::chosen(hashed);
        let user = if change.end_others {
            stored.value.clone().with_password(password, self.flow.world.id(Stamp::new))
        } else {
            User { password: Some(password), ..stored.value.clone() }
        };
        match self.users.replace(stored.with(user.clone())).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => return Ok(Changed::Refused(MEANWHILE)),
            Err(error) => return Err(broken(error)),
        }
        self.flow.directory.apply(Change::User(user.id.clone()));
        self.keep_session(person.session, &user).await?;
        let ended = if change.end_others { "everything else ended" } else { "nothing else ended" };
        let event = self.flow.world.event(Action::PasswordChanged, origin).with_detail(ended);
        self.flow.world.record(Event { subject: Some(user.id), ..event }).await?;
        Ok(Changed::Done)
    }

    /// Whether the password is the person's. A wrong one is recorded.
    async fn knows(
        &self,
        user: &User,
        password: Secret,
        origin: &Origin,
    ) -> Result<bool, OAuthError> {
        let admission = self.guard.admit(user.username.as_str(), origin).await;
        let admission = self.flow.world.note_limit(admission, origin).await?;
        let kept = user.password.as_ref().map(|kept| kept.hash.clone());
        let typed = !password.expose().is_empty();
        let proven = verify(self.hashes.as_ref(), password, kept).await.map_err(unhashed)? && typed;
        if proven {
            admission.succeeded().await;
            return Ok(true);
        }
        let event = self.flow.world.event(Action::PasswordChanged, origin);
        let event = event.refused("the current password is wrong");
        self.flow.world.record(Event { subject: Some(user.id.clone()), ..event }).await?;
        Ok(false)
    }

    /// The browser in which the password was changed stays signed in.
    async fn keep_session(&self, session: Stored<Session>, user: &User) -> Result<(), OAuthError> {
        let (mut session, sessions) = (session, self.flow.sessions.as_ref());
        let (id, digest) = (session.value.id.clone(), session.value.digest);
        for _ in 0..4 {
            if session.value.stamp == user.stamp {
                return Ok(());
            }
            let renewed = Session { stamp: user.stamp.clone(), ..session.value.clone() };
            match sessions.replace(session.with(renewed)).await {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error)),
            }
            let found = Keep::<Session>::find(sessions, &id).await.map_err(broken)?;
            // Whoever has just signed in here anew, in another tab, has a session of their own.
            match found.filter(|found| found.value.digest == digest) {
                Some(found) => session = found,
                None => return Ok(()),
            }
        }
        // The password is changed all the same; at worst this browser has to sign in anew.
        tracing::warn!("a session could not be kept beyond a change of password");
        Ok(())
    }
}
