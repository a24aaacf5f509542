//! What the steps of the front channel share: who is signed in, whose interaction it is, and how it
//! ends.

mod places;
mod sessions;

use std::sync::Arc;

use domain::{
    AddressBlocks, Approval, AuthorizationCode, AuthorizationRequest, Client, CodeState, Consent,
    Credential, Digest, Event, GrantId, IdClaims, Interaction, InteractionError, InteractionId,
    Limit, LimitKey, OAuthError, Prompt, Purpose, Redirect, RedirectKind, RedirectPolicy,
    Revocable, Scope, Secret, Session, SignInRequest, SubjectId, TagKey,
};
use ports::{
    inbound::{Browser, Fault},
    outbound::{
        AuthorizationCodes, Change, Consents, Interactions, Keep, Limits, RefreshFamilies, Sealer,
        Sessions, StoreError, Stored,
    },
};

pub(crate) use sessions::{SignedIn, join_cookie, split_cookie};

use crate::{
    Directory, Mint, World,
    dead_ends::{client_is_gone, unknown_redirect_uri},
    world::broken,
};

/// The front channel's common ground.
pub struct Flow {
    /// Who is known.
    pub directory: Arc<Directory>,
    /// Where interactions are kept.
    pub interactions: Arc<dyn Interactions>,
    /// Where sessions are kept.
    pub sessions: Arc<dyn Sessions>,
    /// The store of refresh families, which tell when applications were last used.
    pub families: Arc<dyn RefreshFamilies>,
    /// The store of consents.
    pub consents: Arc<dyn Consents>,
    /// Where codes are kept.
    pub codes: Arc<dyn AuthorizationCodes>,
    /// Seals what browsers carry.
    pub sealer: Arc<dyn Sealer>,
    /// Makes the codes and session secrets of interactions, so that a repetition gets the same.
    pub answers: TagKey,
    /// Knows the issuer, the catalog and the lifetimes.
    pub mint: Mint,
    /// Time, chance and the audit record.
    pub world: World,
    /// Where clients that registered themselves may be answered.
    pub redirects: RedirectPolicy,
    /// Limits what browsers without a session begin.
    pub limits: Arc<dyn Limits>,
}

impl Flow {
    /// Counts, by address, what is asked for in a browser in which nobody is signed in.
    pub(crate) async fn limit_strangers(&self, browser: &Browser) -> Result<(), OAuthError> {
        if self.signed_in(browser).await?.is_some() {
            return Ok(());
        }
        let key = LimitKey::address(AddressBlocks::of(&browser.origin));
        let taken = self.limits.take(Limit::Authorization, key).await;
        self.world.note_limit(taken.map_err(OAuthError::from), &browser.origin).await
    }

    /// What an ID token says that was issued here, expired or not: an `id_token_hint`. `None` if it
    /// was not, or so long ago that its key is gone.
    pub(crate) fn hinted(&self, token: &Secret) -> Option<IdClaims> {
        let claims = self.mint.keys.verifier().id_token(token).ok()?;
        (claims.issuer == self.mint.issuer.as_str()).then_some(claims)
    }

    /// Starts something in this browser, and returns the secret that the browser is to keep if it has
    /// none yet. Nothing is stored.
    pub(crate) fn start(
        &self,
        purpose: Purpose,
        browser: &Browser,
    ) -> (SignInRequest, Option<Secret>) {
        let (secret, digest) = self.bind(browser);
        let request = SignInRequest {
            id: self.world.id(InteractionId::new),
            browser: digest,
            purpose,
            created_at: self.world.now(),
        };
        (request, secret)
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

    /// The interaction, if it began in this browser and has not expired. It may be answered.
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

    /// The same, even if it has expired: the browser in which it began may begin it anew for as long as
    /// it is stored.
    pub(crate) async fn open_late(
        &self,
        id: &InteractionId,
        browser: &Browser,
    ) -> Result<Stored<Interaction>, Fault> {
        let stored = self.interactions.find(id).await.map_err(broken)?;
        let stored = stored.ok_or(InteractionError::Unknown)?;
        match stored.value.open(&browser.secrets, self.world.now()) {
            Ok(()) | Err(InteractionError::Expired) => Ok(stored),
            Err(error) => Err(error.into()),
        }
    }

    /// The client that asks, as it is now, if it may still be answered at the redirect URI. What is
    /// kept in memory is not good enough where a code is about to be issued.
    pub(crate) async fn standing_client(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<Arc<Client>, Fault> {
        self.directory.apply(Change::Client(request.client.clone()));
        let client = self.directory.client(&request.client).await?;
        let client = client.ok_or_else(|| client_is_gone(request))?;
        if client.check_active().is_err() {
            return Err(Fault::Suspended(client.display_name()));
        }
        let uri = request.back.redirect_uri.as_str();
        if client.redirect_uri(Some(uri)).is_none() {
            return Err(Fault::RedirectUri(Box::new(unknown_redirect_uri(&client, Some(uri)))));
        }
        Ok(client)
    }

    /// What the person must still be asked, before `request` may be granted.
    ///
    /// What was allowed before answers for a client only if nobody else can be in its place: if it
    /// proves who it is, or is answered at an https address. Any program on the person's machine may
    /// listen on a loopback port or claim a private-use scheme (RFC 8252 §8.6).
    pub(crate) fn asks(
        request: &AuthorizationRequest,
        client: &Client,
        consent: Option<&Consent>,
    ) -> Option<Scope> {
        let is_claimed = request.back.redirect_uri.kind() == RedirectKind::Claimed;
        let is_known = is_claimed || client.credential != Credential::Public;
        if request.wants(Prompt::Consent) || !is_known {
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

    /// Issues the code (OAuth 2.1 §4.1.2), unless it is out already. The event tells how it came to
    /// that: by a decision of the person, or by an earlier one.
    pub(crate) async fn grant(
        &self,
        (request, scope): (AuthorizationRequest, Scope),
        session: &Session,
        consent: &Consent,
        code: Secret,
        event: Event,
    ) -> Result<Redirect, OAuthError> {
        let now = self.world.now();
        self.directory.begin_grant(&request.client, now).await?;
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
        // Together, so that whoever presses again never gets a code that is not on record.
        match self.codes.insert_recorded(code_issued, event.clone()).await {
            Ok(()) => self.world.audit.note_recorded(&event),
            // Somebody pressed twice, and the other request was faster.
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(broken(error)),
        }
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
}
