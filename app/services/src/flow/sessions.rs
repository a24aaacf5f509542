//! The sessions of browsers.

use std::sync::Arc;

use domain::{
    Action, ClientId, Event, OAuthError, Origin, Revocable, Secret, Session, SessionId, SubjectId,
    User,
};
use ports::{
    inbound::Browser,
    outbound::{Keep, StoreError, Stored},
};

use crate::{Flow, world::broken};

/// Somebody who is signed in, in the browser at hand. Only [`Flow::signed_in`] makes one.
pub(crate) struct SignedIn {
    pub(crate) session: Stored<Session>,
    pub(crate) user: Arc<User>,
}

impl Flow {
    /// Who is signed in, in this browser.
    pub(crate) async fn signed_in(
        &self,
        browser: &Browser,
    ) -> Result<Option<SignedIn>, OAuthError> {
        for (id, proof) in browser.sessions.iter().filter_map(split_cookie) {
            if let Some(person) = self.session_of(id, &proof).await? {
                return Ok(Some(person));
            }
        }
        Ok(None)
    }

    /// Whose session the secret proves, if it is live.
    async fn session_of(
        &self,
        id: SessionId,
        proof: &Secret,
    ) -> Result<Option<SignedIn>, OAuthError> {
        let stored = Keep::<Session>::find(self.sessions.as_ref(), &id).await.map_err(broken)?;
        let Some(session) = stored else { return Ok(None) };
        if self.directory.revocations.is_revoked(Revocable::Session(id)) {
            return Ok(None);
        }
        let user = self.directory.user(&session.value.subject).await?;
        let live = |user: &Arc<User>| session.value.is_live(proof, user, self.world.now());
        let Some(user) = user.filter(live) else { return Ok(None) };
        let session = self.note_use(session).await?;
        // Another request may have ended it meanwhile, or given it another secret.
        let session = session.filter(|it| it.value.is_live(proof, &user, self.world.now()));
        Ok(session.map(|session| SignedIn { session, user }))
    }

    /// Writes down that a session is used, unless it was a short while ago; the session as it is
    /// stored then. A store that takes no writes turns nobody away for that.
    async fn note_use(
        &self,
        session: Stored<Session>,
    ) -> Result<Option<Stored<Session>>, OAuthError> {
        let Some(used) = session.value.used(self.world.now()) else { return Ok(Some(session)) };
        let id = used.id.clone();
        match self.sessions.replace(session.clone().with(used)).await {
            // In a conflict another request of the same browser was faster.
            Ok(()) | Err(StoreError::Conflict) => {
                Keep::<Session>::find(self.sessions.as_ref(), &id).await.map_err(broken)
            }
            Err(_) => Ok(Some(session)),
        }
    }

    /// Ends a person's session, and with it every token that must not outlive it; perhaps at the wish
    /// of a client.
    pub(crate) async fn sign_out(
        &self,
        (subject, session): (&SubjectId, &SessionId),
        client: Option<&ClientId>,
        origin: &Origin,
    ) -> Result<(), OAuthError> {
        // A grant may be made up to the last moment of the session.
        let until =
            self.mint.lifetimes.end_of_grants(self.world.now().after(self.mint.lifetimes.session));
        self.directory.revocations.revoke(Revocable::Session(session.clone()), until).await?;
        // The revocation is what counts; the row is only tidied up.
        Keep::<Session>::remove(self.sessions.as_ref(), session).await.map_err(broken)?;
        let event = Event {
            subject: Some(subject.clone()),
            client: client.cloned(),
            ..self.world.event(Action::SignOut, origin)
        };
        self.world.record(event).await
    }
}

/// The session cookie is `<session>.<secret>`.
pub(crate) fn split_cookie(cookie: &Secret) -> Option<(SessionId, Secret)> {
    let (id, secret) = cookie.expose().split_once('.')?;
    Some((SessionId::new(id), Secret::new(secret)))
}

pub(crate) fn join_cookie(session: &SessionId, secret: &Secret) -> Secret {
    Secret::new(format!("{session}.{}", secret.expose()))
}
