//! What the steps of the front channel share: who is signed in, whose interaction it is, and how it
//! ends.

use std::sync::Arc;

use domain::{
    Action, AddressBlock, Approval, AuthorizationCode, AuthorizationRequest, ClientId, CodeState,
    Consent, Digest, ErrorCode, Event, GrantId, IdClaims, Interaction, InteractionError,
    InteractionId, InteractionState, Limit, LimitKey, OAuthError, Origin, Prompt, Purpose,
    Redirect, Revocable, Scope, Secret, Session, SessionId, SubjectId, User,
};
use ports::{
    inbound::{Browser, Fault},
    outbound::{
        AuthorizationCodes, Consents, Interactions, Keep, Limits, Sessions, StoreError, Stored,
    },
};

use crate::{Directory, Mint, World, world::broken};

/// The front channel's common ground.
pub struct Flow {
    /// Who is known.
    pub directory: Arc<Directory>,
    /// Where interactions are kept.
    pub interactions: Arc<dyn Interactions>,
    /// Where sessions are kept.
    pub sessions: Arc<dyn Sessions>,
    /// Where consents are kept.
    pub consents: Arc<dyn Consents>,
    /// Where codes are kept.
    pub codes: Arc<dyn AuthorizationCodes>,
    /// Knows the issuer, the catalog and the lifetimes.
    pub mint: Mint,
    /// Time, chance and the audit record.
    pub world: World,
    /// Limits what browsers without a session begin.
    pub limits: Arc<dyn Limits>,
}

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
        Ok(user.filter(live).map(|user| SignedIn { session, user }))
    }

    /// Counts, by address, what is asked for in a browser in which nobody is signed in.
    pub(crate) async fn limit_strangers(&self, browser: &Browser) -> Result<(), OAuthError> {
        if self.signed_in(browser).await?.is_some() {
            return Ok(());
        }
        let key = LimitKey::address(AddressBlock::of(&browser.origin));
        let taken = self.limits.take(Limit::Authorization, key).await;
        self.world.note_limit(taken.map_err(OAuthError::from), &browser.origin).await
    }

    /// What an ID token says that was issued here, expired or not: an `id_token_hint`. `None` if it
    /// was not, or so long ago that its key is gone.
    pub(crate) fn hinted(&self, token: &Secret) -> Option<IdClaims> {
        let claims = self.mint.keys.verifier().id_token(token).ok()?;
        (claims.issuer == self.mint.issuer.as_str()).then_some(claims)
    }

    /// Starts an interaction in this browser.
    pub(crate) async fn start(
        &self,
        purpose: Purpose,
        state: InteractionState,
        browser: &Browser,
    ) -> Result<(InteractionId, Option<Secret>), OAuthError> {
        let (id, now) = (self.world.id(InteractionId::new), self.world.now());
        let (secret, digest) = self.bind(browser);
        let interaction = Interaction {
            id: id.clone(),
            browser: digest,
            purpose,
            created_at: now,
            expires_at: now.after(self.mint.lifetimes.interaction),
            state,
        };
        self.interactions.insert(interaction).await.map_err(broken)?;
        Ok((id, secret))
    }

    /// The digest by which an interaction is bound to the browser, and the secret behind it if the
    /// browser has none yet.
    fn bind(&self, browser: &Browser) -> (Option<Secret>, Digest) {
        if let Some(known) = browser.secrets.first() {
            return (None, known.digest());
        }
        let secret = self.world.secret();
        let digest = secret.digest();
        (Some(secret), digest)
    }

    /// The interaction, if it began in this browser and is not over.
    pub(crate) async fn open(
        &self,
        id: &InteractionId,
        browser: &Browser,
    ) -> Result<Stored<Interaction>, Fault> {
        let stored = self.interactions.find(id).await.map_err(broken)?;
        let stored = stored.ok_or(InteractionError::Unknown)?;
        stored.value.open(&browser.secrets, self.world.now())?;
        Ok(stored)
    }

    /// Writes a step of an interaction down. Whoever took another step at the same time was first.
    pub(crate) async fn step(&self, stored: Stored<Interaction>) -> Result<(), Fault> {
        match self.interactions.replace(stored).await {
            Ok(()) => Ok(()),
            Err(StoreError::Conflict) => Err(InteractionError::Answered.into()),
            Err(error) => Err(broken(error).into()),
        }
    }

    /// What the person must still be asked, before `request` may be granted.
    pub(crate) fn asks(request: &AuthorizationRequest, consent: Option<&Consent>) -> Option<Scope> {
        if request.wants(Prompt::Consent) {
            return Some(request.scope.clone());
        }
        match consent {
            None => Some(request.scope.clone()),
            Some(consent) => consent.missing(&request.scope, &request.resources),
        }
    }

    /// What the person has allowed this client, and still allows.
    pub(crate) async fn consent(
        &self,
        request: &AuthorizationRequest,
        subject: &SubjectId,
    ) -> Result<Option<Stored<Consent>>, OAuthError> {
        Ok(self
            .kept_consent(request, subject)
            .await?
            .filter(|stored| self.is_allowed(&stored.value)))
    }

    /// What is kept of it. A consent that was withdrawn may still be there.
    pub(crate) async fn kept_consent(
        &self,
        request: &AuthorizationRequest,
        subject: &SubjectId,
    ) -> Result<Option<Stored<Consent>>, OAuthError> {
        let key = (subject.clone(), request.client.clone());
        Keep::<Consent>::find(self.consents.as_ref(), &key).await.map_err(broken)
    }

    /// Whether a consent has not been withdrawn.
    pub(crate) fn is_allowed(&self, consent: &Consent) -> bool {
        !self.directory.revocations.is_revoked(Revocable::Consent(consent.id.clone()))
    }

    /// Marks an interaction as answered; of two at once, one succeeds.
    pub(crate) async fn finish(&self, stored: Stored<Interaction>) -> Result<(), Fault> {
        let answered = stored.value.clone().answered(self.world.now());
        self.step(stored.with(answered)).await
    }

    /// Issues the code (OAuth 2.1 §4.1.2) for what the person has just decided.
    pub(crate) async fn grant(
        &self,
        request: AuthorizationRequest,
        scope: Scope,
        session: &Session,
        consent: &Consent,
        origin: &Origin,
    ) -> Result<Redirect, OAuthError> {
        let event = self.world.event(Action::Consent, origin);
        self.issue(request, scope, session, consent, event).await
    }

    /// Issues the code for what the person had allowed before: they see no page.
    pub(crate) async fn grant_again(
        &self,
        request: AuthorizationRequest,
        session: &Session,
        consent: &Consent,
        origin: &Origin,
    ) -> Result<Redirect, OAuthError> {
        let event = self.world.event(Action::ConsentReused, origin);
        let scope = request.scope.clone();
        self.issue(request, scope, session, consent, event).await
    }

    async fn issue(
        &self,
        request: AuthorizationRequest,
        scope: Scope,
        session: &Session,
        consent: &Consent,
        event: Event,
    ) -> Result<Redirect, OAuthError> {
        let (code, now) = (self.world.secret(), self.world.now());
        let approval = self.approval(&request, scope, session, consent);
        let event = Event {
            subject: Some(session.subject.clone()),
            client: Some(request.client.clone()),
            grant: Some(approval.grant.clone()),
            detail: Some(approval.scope.to_string()),
            ..event
        };
        let code_issued = AuthorizationCode {
            digest: code.digest(),
            approval,
            redirect_uri: request.back.redirect_uri.clone(),
            pkce: request.pkce,
            nonce: request.nonce,
            expires_at: now.after(self.mint.lifetimes.code),
            state: CodeState::Issued,
        };
        self.codes.insert(code_issued).await.map_err(broken)?;
        self.world.record(event).await?;
        Ok(request.back.grant(code))
    }

    fn approval(
        &self,
        request: &AuthorizationRequest,
        scope: Scope,
        session: &Session,
        consent: &Consent,
    ) -> Approval {
        Approval {
            grant: self.world.id(GrantId::new),
            client: request.client.clone(),
            subject: session.subject.clone(),
            declined: request.scope.without(&scope),
            scope,
            resources: request.resources.clone(),
            consent: Some(consent.id.clone()),
            session: Some(session.id.clone()),
            stamp: Some(session.stamp.clone()),
            auth_time: session.auth_time,
            amr: session.amr.clone(),
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

/// A request that leads nowhere, whose client has vanished since.
pub(crate) fn client_is_gone() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidClient)
        .hint("the application is not registered here any more")
}
