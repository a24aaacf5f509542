//! The session of somebody who has proven who they are.

use domain::{InteractionId, OAuthError, Secret, Session, SessionId, User};
use ports::{
    inbound::Browser,
    outbound::{StoreError, Stored},
};

use super::{Sessions, split_cookie};
use crate::context::broken;

impl Sessions {
    /// The session of a person who has proven who they are, with a fresh secret: the one that the
    /// browser has, if it is theirs, or a new one. Whatever secret the browser had before is worth
    /// nothing afterwards. Identifier and secret follow from the interaction, so that the same form
    /// sent twice leads to one session, and either answer's cookie is good.
    pub(crate) async fn open(
        &self,
        interaction: &InteractionId,
        user: &User,
        browser: &Browser,
    ) -> Result<(Session, Secret), OAuthError> {
        for _ in 0..4 {
            let current = self.current(interaction, user, browser).await?;
            let id = current.as_ref().map_or_else(
                || self.session_id(interaction, user),
                |current| current.value.id.clone(),
            );
            let secret = self.session_secret(interaction, &id);
            let found = match current {
                Some(current) => Some(current),
                None => self.find(&id).await?,
            };
            if let Some(found) = &found
                && found.value.digest == secret.digest()
                && found.value.stamp == user.stamp
            {
                return Ok((found.value.clone(), secret));
            }
            let session = self.session(id, user, &secret, browser, found.as_ref());
            match self.keep(session.clone(), found).await {
                Ok(()) => return Ok((session, secret)),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error)),
            }
        }
        Err(broken(StoreError::Conflict))
    }

    /// The session of this person that the browser has: its cookie proves it, or the cookie that this
    /// very form was answered with before does.
    async fn current(
        &self,
        interaction: &InteractionId,
        user: &User,
        browser: &Browser,
    ) -> Result<Option<Stored<Session>>, OAuthError> {
        let now = self.context.now();
        for (id, proof) in browser.sessions.iter().filter_map(split_cookie) {
            let Some(found) = self.find(&id).await? else { continue };
            let proofs = [proof, self.session_secret(interaction, &id)];
            let is_theirs = found.value.subject == user.id && !self.is_ended(&id);
            if is_theirs && proofs.iter().any(|proof| found.value.is_live(proof, user, now)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The identifier of the session that an interaction opens for a person; another one if that has
    /// been ended since.
    fn session_id(&self, interaction: &InteractionId, user: &User) -> SessionId {
        let parts = [interaction.as_str(), user.id.as_str()];
        let text: String =
            self.answers.derive("session id", &parts).expose().chars().take(22).collect();
        let id = SessionId::new(text);
        if self.is_ended(&id) { self.context.id(SessionId::new) } else { id }
    }

    fn session_secret(&self, interaction: &InteractionId, id: &SessionId) -> Secret {
        self.answers.derive("session secret", &[interaction.as_str(), id.as_str()])
    }

    fn session(
        &self,
        id: SessionId,
        user: &User,
        secret: &Secret,
        browser: &Browser,
        current: Option<&Stored<Session>>,
    ) -> Session {
        let now = self.context.now();
        Session {
            id,
            digest: secret.digest(),
            subject: user.id.clone(),
            stamp: user.stamp.clone(),
            auth_time: now,
            amr: vec!["pwd".to_owned()],
            user_agent: browser.user_agent.as_deref().map(|name| name.chars().take(300).collect()),
            address: match current {
                Some(current) => current.value.address,
                None => browser.origin.address,
            },
            created_at: current.map_or(now, |current| current.value.created_at),
            last_used_at: now,
            expires_at: now.after(self.lifetime),
        }
    }

    async fn keep(
        &self,
        session: Session,
        current: Option<Stored<Session>>,
    ) -> Result<(), StoreError> {
        match current {
            None => self.store.insert(session).await,
            Some(current) => self.store.replace(current.with(session)).await,
        }
    }

    /// The browser in which the password was changed stays signed in.
    pub(crate) async fn keep_beyond_change(
        &self,
        session: Stored<Session>,
        user: &User,
    ) -> Result<(), OAuthError> {
        let mut session = session;
        let (id, digest) = (session.value.id.clone(), session.value.digest);
        for _ in 0..4 {
            if session.value.stamp == user.stamp {
                return Ok(());
            }
            let renewed = Session { stamp: user.stamp.clone(), ..session.value.clone() };
            match self.store.replace(session.with(renewed)).await {
                Ok(()) => return Ok(()),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error)),
            }
            let found = self.find(&id).await?;
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
