//! Consents: what each person allows each client.

use std::sync::Arc;

use domain::{
    AccessRequest, ClientId, Consent, ConsentId, OAuthError, Revocable, Scope, Session, SubjectId,
};
use ports::outbound::{self, StoreError, Stored};

use crate::{ClientCache, Context, RevocationList, context::broken};

/// Finds, remembers and withdraws consents.
pub struct Consents {
    /// The store of consents.
    pub store: Arc<dyn outbound::Consents>,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// Everything that was revoked.
    pub revocations: Arc<RevocationList>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl Consents {
    /// The standing consent of a person to a client.
    pub(crate) async fn find(
        &self,
        subject: &SubjectId,
        client: &ClientId,
    ) -> Result<Option<Stored<Consent>>, OAuthError> {
        let kept = self.kept(subject, client).await?;
        Ok(kept.filter(|stored| self.is_standing(&stored.value)))
    }

    /// The standing consents of a person.
    pub(crate) async fn of(&self, subject: &SubjectId) -> Result<Vec<Consent>, OAuthError> {
        let kept = self.store.of(subject).await.map_err(broken)?;
        Ok(kept.into_iter().filter(|consent| self.is_standing(consent)).collect())
    }

    /// Withdraws a consent, and everything that descends from it.
    pub(crate) async fn withdraw(&self, consent: ConsentId) -> Result<(), OAuthError> {
        // The revocation is the withdrawal, and names what it ends. The row goes with the next purge:
        // whoever removed it here could take another consent, given meanwhile, for it.
        self.revocations.end(Revocable::Consent(consent)).await
    }

    /// The stored consent. One that was withdrawn may still be there.
    async fn kept(
        &self,
        subject: &SubjectId,
        client: &ClientId,
    ) -> Result<Option<Stored<Consent>>, OAuthError> {
        let key = (subject.clone(), client.clone());
        self.store.find(&key).await.map_err(broken)
    }

    /// Whether a consent has not been withdrawn.
    fn is_standing(&self, consent: &Consent) -> bool {
        !self.revocations.is_revoked(Revocable::Consent(consent.id.clone()))
    }

    /// Writes down that a consent is used, unless it was a short while ago. If that fails, the next use
    /// is as good.
    pub(crate) async fn note_reuse(&self, standing: Stored<Consent>) -> Consent {
        let consent = standing.value.clone();
        if let Some(used) = consent.used(self.context.now())
            && let Err(error) = self.store.replace(standing.with(used)).await
            && !matches!(error, StoreError::Conflict)
        {
            tracing::warn!(%error, "the use of a consent cannot be written down");
        }
        consent
    }

    /// Keeps what the person decided. Another tab may be doing the same.
    pub(crate) async fn remember(
        &self,
        access: &AccessRequest,
        asked: &Scope,
        granted: &Scope,
        session: &Session,
    ) -> Result<Consent, OAuthError> {
        let (now, mut ended) = (self.context.now(), None);
        self.clients.begin_grant(&access.client, now).await?;
        for _ in 0..4 {
            let kept = self.kept(&session.subject, &access.client).await?;
            let standing = kept.as_ref().map(|stored| stored.value.clone());
            // One that was withdrawn is no ground to build on, even if its row is still there; one
            // that was ended here is.
            let is_ours = |consent: &Consent| ended.as_ref() == Some(&consent.id);
            let usable = |consent: &Consent| self.is_standing(consent) || is_ours(consent);
            let standing = standing.filter(usable).unwrap_or_else(|| {
                let (subject, client) = (session.subject.clone(), access.client.clone());
                Consent::new(self.context.id(ConsentId::new), subject, client, now)
            });
            let narrowed = is_ours(&standing) || standing.loses(asked, granted, &access.resources);
            let standing = if narrowed {
                ended = Some(standing.id.clone());
                self.renew(standing).await?
            } else {
                standing
            };
            let consent = standing.revise(asked, granted, &access.resources, now);
            let written = match kept {
                Some(stored) => self.store.replace(stored.with(consent.clone())).await,
                None => self.store.insert(consent.clone()).await,
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
    async fn renew(&self, consent: Consent) -> Result<Consent, OAuthError> {
        self.revocations.end(Revocable::Consent(consent.id)).await?;
        Ok(Consent { id: self.context.id(ConsentId::new), ..consent })
    }
}
