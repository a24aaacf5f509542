//! The step after somebody has proven who they are: a session, and the way on.

use domain::{InteractionId, OAuthError, Origin, Revocable, Secret, Session, SessionId, User};
use ports::{
    inbound::{Browser, Fault, SignedIn},
    outbound::{Keep, StoreError, Stored},
};

use super::SignIn;
use crate::{
    flow::{self, join_cookie, split_cookie},
    steps::Held,
    world::broken,
};

impl SignIn {
    /// Signs a person in, and goes on. Whoever presses twice is signed in to the same session.
    pub(super) async fn welcome(
        &self,
        held: Held,
        user: User,
        browser: &Browser,
    ) -> Result<SignedIn, Fault> {
        let interaction = held.id().clone();
        let other = self.flow.signed_in(browser).await?.filter(|held| held.user.id != user.id);
        let (session, secret) = self.open_session(&interaction, &user, browser).await?;
        let state = self.flow.state_for(held.purpose(), &session).await?;
        let taken = self.flow.take(held, state).await?;
        if let Some(other) = other {
            self.sign_out(&other, &browser.origin).await;
        }
        let next = self.flow.follow(&taken.interaction, Some(&session), &browser.origin).await?;
        let session = Some(join_cookie(&session.id, &secret));
        Ok(SignedIn::Onward { session, interaction, next })
    }

    /// Signs out who was signed in before: nobody has the cookie any more to do it. The person at hand
    /// is not to suffer if it fails.
    async fn sign_out(&self, other: &flow::SignedIn, origin: &Origin) {
        let ended = (&other.user.id, &other.session.value.id);
        if let Err(error) = self.flow.sign_out(ended, None, origin).await {
            tracing::error!(reason = ?error.reason, "a session could not be ended");
        }
    }

    /// The session of a person who has proven who they are, with a fresh secret: the one that the
    /// browser has, if it is theirs, or a new one. Whatever secret the browser had before is worth
    /// nothing afterwards. Identifier and secret follow from the interaction, so that the same form
    /// sent twice leads to one session, and either answer's cookie is good.
    async fn open_session(
        &self,
        interaction: &InteractionId,
        user: &User,
        browser: &Browser,
    ) -> Result<(Session, Secret), Fault> {
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
                Err(error) => return Err(broken(error).into()),
            }
        }
        Err(broken(StoreError::Conflict).into())
    }

    /// The session of this person that the browser has: its cookie proves it, or the cookie that this
    /// very form was answered with before does.
    async fn current(
        &self,
        interaction: &InteractionId,
        user: &User,
        browser: &Browser,
    ) -> Result<Option<Stored<Session>>, OAuthError> {
        let now = self.flow.world.now();
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

    async fn find(&self, id: &SessionId) -> Result<Option<Stored<Session>>, OAuthError> {
        Keep::<Session>::find(self.flow.sessions.as_ref(), id).await.map_err(broken)
    }

    fn is_ended(&self, id: &SessionId) -> bool {
        self.flow.directory.revocations.is_revoked(Revocable::Session(id.clone()))
    }

    /// The identifier of the session that an interaction opens for a person; another one if that has
    /// been ended since.
    fn session_id(&self, interaction: &InteractionId, user: &User) -> SessionId {
        let parts = [interaction.as_str(), user.id.as_str()];
        let text: String =
            self.flow.answers.derive("session id", &parts).expose().chars().take(22).collect();
        let id = SessionId::new(text);
        if self.is_ended(&id) { self.flow.world.id(SessionId::new) } else { id }
    }

    fn session_secret(&self, interaction: &InteractionId, id: &SessionId) -> Secret {
        self.flow.answers.derive("session secret", &[interaction.as_str(), id.as_str()])
    }

    fn session(
        &self,
        id: SessionId,
        user: &User,
        secret: &Secret,
        browser: &Browser,
        current: Option<&Stored<Session>>,
    ) -> Session {
        let now = self.flow.world.now();
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
            expires_at: now.after(self.flow.mint.lifetimes.session),
        }
    }

    async fn keep(
        &self,
        session: Session,
        current: Option<Stored<Session>>,
    ) -> Result<(), StoreError> {
        match current {
            None => self.flow.sessions.insert(session).await,
            Some(current) => self.flow.sessions.replace(current.with(session)).await,
        }
    }
}
