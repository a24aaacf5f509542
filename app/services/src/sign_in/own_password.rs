//! Another password for a person who is signed in.

use domain::{Action, Event, OAuthError, Password, RequestSource, Secret, SecurityStamp, User};
use ports::{
    inbound::{Changed, PasswordChange},
    outbound::StoreError,
};

use super::{Passwords, SignedIn};
use crate::{
    context::broken,
    people::{hash, judge, unhashed, verify},
};

const MEANWHILE: &str = "The account was changed meanwhile. Try again.";

impl Passwords {
    /// Gives the person another password, if they know the one they have: somebody who finds a browser
    /// open does not. Attempts count like those to sign in.
    pub(crate) async fn change(
        &self,
        person: SignedIn,
        change: PasswordChange,
        origin: &RequestSource,
    ) -> Result<Changed, OAuthError> {
        let found = self.users.find(&person.user.id).await;
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
            stored.value.clone().with_password(password, self.context.id(SecurityStamp::new))
        } else {
            User { password: Some(password), ..stored.value.clone() }
        };
        match self.users.replace(stored.with(user.clone())).await {
            Ok(()) => {}
            Err(StoreError::Conflict) => return Ok(Changed::Refused(MEANWHILE)),
            Err(error) => return Err(broken(error)),
        }
        self.known.forget(&user.id);
        self.sessions.keep_beyond_change(person.session, &user).await?;
        let ended = if change.end_others { "everything else ended" } else { "nothing else ended" };
        let event = self.context.event(Action::PasswordChanged, origin).with_detail(ended);
        self.context.record(Event { subject: Some(user.id), ..event }).await?;
        Ok(Changed::Done)
    }

    /// Whether the password is the person's. A wrong one is recorded.
    async fn knows(
        &self,
        user: &User,
        password: Secret,
        origin: &RequestSource,
    ) -> Result<bool, OAuthError> {
        let admission = self.guard.admit(user.username.as_str(), origin).await;
        let admission = self.context.note_limit(admission, origin).await?;
        let kept = user.password.as_ref().map(|kept| kept.hash.clone());
        let typed = !password.expose().is_empty();
        let proven = verify(self.hashes.as_ref(), password, kept).await.map_err(unhashed)? && typed;
        if proven {
            admission.succeeded().await;
            return Ok(true);
        }
        let event = self.context.event(Action::PasswordChanged, origin);
        let event = event.refused("the current password is wrong");
        self.context.record(Event { subject: Some(user.id.clone()), ..event }).await?;
        Ok(false)
    }
}
