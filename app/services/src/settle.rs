//! Carrying out what a person has decided: the consent is kept, and the code issued.

use domain::{
    Action, AuthorizationRequest, Consent, ConsentId, ErrorCode, OAuthError, Origin, Redirect,
    Revocable, Scope, Secret, Session,
};
use ports::outbound::{StoreError, Stored};

use crate::{Flow, world::broken};

impl Flow {
    /// Keeps what was `decided`, if anything was asked, and issues the code. To do it again does
    /// nothing more.
    pub(crate) async fn settle(
        &self,
        request: &AuthorizationRequest,
        decided: Option<&Scope>,
        scope: &Scope,
        session: &Session,
        code: Secret,
        origin: &Origin,
    ) -> Result<Redirect, OAuthError> {
        let action = if decided.is_some() { Action::Consent } else { Action::ConsentReused };
        let consent = if let Some(asked) = decided {
            self.remember(request, asked, scope, session).await?
        } else {
            let standing = self.consent(request, &session.subject).await?;
            self.note_reuse(standing.ok_or_else(withdrawn)?).await
        };
        let (asked, event) = ((request.clone(), scope.clone()), self.world.event(action, origin));
        self.grant(asked, session, &consent, code, event).await
    }

    /// Writes down that a consent is used, unless it was a short while ago. If that fails, the next use
    /// is as good.
    pub(crate) async fn note_reuse(&self, standing: Stored<Consent>) -> Consent {
        let consent = standing.value.clone();
        if let Some(used) = consent.used(self.world.now())
            && let Err(error) = self.consents.replace(standing.with(used)).await
            && !matches!(error, StoreError::Conflict)
        {
            tracing::warn!(%error, "the use of a consent cannot be written down");
        }
        consent
    }

    /// Keeps what the person decided. Another tab may be doing the same.
    async fn remember(
        &self,
        request: &AuthorizationRequest,
        asked: &Scope,
        granted: &Scope,
        session: &Session,
    ) -> Result<Consent, OAuthError> {
        let (now, mut ended) = (self.world.now(), None);
        self.directory.begin_grant(&request.client, now).await?;
        for _ in 0..4 {
            let kept = self.kept_consent(request, &session.subject).await?;
            let standing = kept.as_ref().map(|stored| stored.value.clone());
            // One that was withdrawn is no ground to build on, even if its row is still there; one
            // that was ended here is.
            let is_ours = |consent: &Consent| ended.as_ref() == Some(&consent.id);
            let usable = |consent: &Consent| self.is_allowed(consent) || is_ours(consent);
            let standing = standing.filter(usable).unwrap_or_else(|| {
                let (subject, client) = (session.subject.clone(), request.client.clone());
                Consent::new(self.world.id(ConsentId::new), subject, client, now)
            });
            let narrowed = is_ours(&standing) || standing.loses(asked, granted, &request.resources);
            let standing = if narrowed {
                ended = Some(standing.id.clone());
                self.end(standing).await?
            } else {
                standing
            };
            let consent = standing.revise(asked, granted, &request.resources, now);
            let written = match kept {
                Some(stored) => self.consents.replace(stored.with(consent.clone())).await,
                None => self.consents.insert(consent.clone()).await,
            };
            match written {
                Ok(()) => return Ok(consent),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(broken(error)),
            }
        }
        Err(broken(StoreError::Conflict))
    }

    /// Ends the tokens that came of a consent, and goes on with another: something that it allowed is
    /// taken back, and they may carry it.
    async fn end(&self, consent: Consent) -> Result<Consent, OAuthError> {
        let until = self.mint.lifetimes.end_of_grants(self.world.now());
        self.directory.revocations.revoke(Revocable::Consent(consent.id), until).await?;
        Ok(Consent { id: self.world.id(ConsentId::new), ..consent })
    }
}

fn withdrawn() -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied).hint("what was allowed has been withdrawn")
}
