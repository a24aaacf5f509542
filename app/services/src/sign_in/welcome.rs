//! What happens when somebody has proven who they are.

use domain::{InteractionError, Origin, Secret, Session, SessionId, User};
use ports::{
    inbound::{Browser, Fault, SignedIn},
    outbound::{StoreError, Stored},
};

use super::SignIn;
use crate::{
    flow::{self, join_cookie},
    world::broken,
};

impl SignIn {
    /// Signs a person in, and goes on.
    pub(super) async fn welcome(
        &self,
        held: Stored<domain::Interaction>,
        user: User,
        browser: &Browser,
    ) -> Result<SignedIn, Fault> {
        let secret = self.flow.world.secret();
        let before = self.flow.signed_in(browser).await?;
        let (current, other) = match before {
            Some(before) if before.user.id == user.id => (Some(before), None),
            other => (None, other),
        };
        let session = self.session(&user, &secret, browser, current.as_ref());
        let cookie = join_cookie(&session.id, &secret);
        // The step comes first: of two clicks at once, the slower one must not take the session over.
        let course = self.flow.course(&held.value, &session).await?;
        self.flow.take(held, &course, &session).await?;
        self.keep(&session, current).await?;
        if let Some(other) = other {
            self.sign_out(&other, &browser.origin).await;
        }
        let next = self.flow.carry_out(course, &session, &browser.origin).await?;
        Ok(SignedIn::Onward { session: Some(cookie), next })
    }

    /// Signs out who was signed in before: nobody has the cookie any more to do it. The person at hand
    /// is not to suffer if it fails.
    async fn sign_out(&self, other: &flow::SignedIn, origin: &Origin) {
        let ended = (&other.user.id, &other.session.value.id);
        if let Err(error) = self.flow.sign_out(ended, None, origin).await {
            tracing::error!(reason = ?error.reason, "a session could not be ended");
        }
    }

    /// A session with a fresh secret: the one the browser has, if it is the same person's, or a new
    /// one. Whatever secret the browser had before is worth nothing afterwards.
    fn session(
        &self,
        user: &User,
        secret: &Secret,
        browser: &Browser,
        current: Option<&flow::SignedIn>,
    ) -> Session {
        let now = self.flow.world.now();
        let current = current.map(|current| &current.session.value);
        Session {
            id: current
                .map_or_else(|| self.flow.world.id(SessionId::new), |current| current.id.clone()),
            digest: secret.digest(),
            subject: user.id.clone(),
            stamp: user.stamp.clone(),
            auth_time: now,
            amr: vec!["pwd".to_owned()],
            user_agent: browser.user_agent.as_deref().map(|name| name.chars().take(300).collect()),
            created_at: current.map_or(now, |current| current.created_at),
            expires_at: now.after(self.flow.mint.lifetimes.session),
        }
    }

    async fn keep(&self, session: &Session, current: Option<flow::SignedIn>) -> Result<(), Fault> {
        let kept = match current {
            None => self.flow.sessions.insert(session.clone()).await,
            Some(current) => {
                self.flow.sessions.replace(current.session.with(session.clone())).await
            }
        };
        match kept {
            Ok(()) => Ok(()),
            // Another tab signed in at the same moment, and its cookie is the one that counts.
            Err(StoreError::Conflict) => Err(InteractionError::Answered.into()),
            Err(error) => Err(broken(error).into()),
        }
    }
}
