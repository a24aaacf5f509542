//! The sessions of browsers.

mod open;

use std::{sync::Arc, time::Duration};

use domain::{
    Action, ClientId, Event, OAuthError, RequestSource, Revocable, Secret, Session, SessionId,
    SubjectId, TagKey, User,
};
use ports::{
    inbound::Browser,
    outbound::{self, StoreError, Stored},
};

use crate::{Context, RevocationList, UserCache, context::broken};

/// Somebody who is signed in, in the browser at hand. Only [`Sessions::signed_in`] makes one.
pub(crate) struct SignedIn {
    pub(crate) session: Stored<Session>,
    pub(crate) user: Arc<User>,
}

/// Opens, recognises and ends sessions.
pub struct Sessions {
    /// The store of sessions.
    pub store: Arc<dyn outbound::Sessions>,
    /// Known people.
    pub users: Arc<UserCache>,
    /// Everything that was revoked.
    pub revocations: Arc<RevocationList>,
    /// The lifetime of a session.
    pub lifetime: Duration,
    /// The key from which the identifier and the secret of a session are derived.
    pub answers: TagKey,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl Sessions {
    /// The person who is signed in, in this browser.
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

    /// The person whose live session the secret proves.
    async fn session_of(
        &self,
        id: SessionId,
        proof: &Secret,
    ) -> Result<Option<SignedIn>, OAuthError> {
        let stored = self.find(&id).await?;
        let Some(session) = stored else { return Ok(None) };
        if self.is_ended(&id) {
            return Ok(None);
        }
        let user = self.users.find(&session.value.subject).await?;
        let live = |user: &Arc<User>| session.value.is_live(proof, user, self.context.now());
        let Some(user) = user.filter(live) else { return Ok(None) };
        let session = self.note_use(session).await?;
        // Another request may have ended it meanwhile, or given it another secret.
        let session = session.filter(|it| it.value.is_live(proof, &user, self.context.now()));
        Ok(session.map(|session| SignedIn { session, user }))
    }

    /// Writes down that a session is used, unless it was a short while ago; the session as it is
    /// stored then. A store that takes no writes turns nobody away for that.
    async fn note_use(
        &self,
        session: Stored<Session>,
    ) -> Result<Option<Stored<Session>>, OAuthError> {
        let Some(used) = session.value.used(self.context.now()) else { return Ok(Some(session)) };
        let id = used.id.clone();
        match self.store.replace(session.clone().with(used)).await {
            // In a conflict another request of the same browser was faster.
            Ok(()) | Err(StoreError::Conflict) => self.find(&id).await,
            Err(_) => Ok(Some(session)),
        }
    }

    /// Ends a person's session, and with it every token that must not outlive it; perhaps at the wish
    /// of a client.
    pub(crate) async fn end(
        &self,
        (subject, session): (&SubjectId, &SessionId),
        client: Option<&ClientId>,
        origin: &RequestSource,
    ) -> Result<(), OAuthError> {
        self.revocations.end(Revocable::Session(session.clone())).await?;
        // The revocation is what counts; the row is only tidied up.
        self.store.remove(session).await.map_err(broken)?;
        let event = Event {
            client: client.cloned(),
            ..self.context.event(Action::SignOut, origin).of_person(subject)
        };
        self.context.record(event).await
    }

    /// The sessions in which a person is signed in now.
    pub(crate) async fn live_of(&self, user: &User) -> Result<Vec<Session>, OAuthError> {
        let now = self.context.now();
        let sessions = self.store.of(&user.id, now).await.map_err(broken)?;
        let is_live =
            |session: &Session| session.stands_for(user, now) && !self.is_ended(&session.id);
        Ok(sessions.into_iter().filter(is_live).collect())
    }

    pub(crate) async fn find(&self, id: &SessionId) -> Result<Option<Stored<Session>>, OAuthError> {
        self.store.find(id).await.map_err(broken)
    }

    fn is_ended(&self, id: &SessionId) -> bool {
        self.revocations.is_revoked(Revocable::Session(id.clone()))
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
