//! Authorization codes: carrying out what a person has decided.

use std::{sync::Arc, time::Duration};

use domain::{
    Action, AuthorizationCode, AuthorizationRequest, AuthorizationResponse, CodeState, Consent,
    ErrorCode, Event, Grant, GrantId, Interaction, OAuthError, ReplyTo, RequestSource, Scope,
    Secret, Session, TagKey,
};
use ports::outbound::{AuthorizationCodes, StoreError, Stored};

use crate::{ClientCache, Consents, Context, context::broken};

/// Issues authorization codes (OAuth 2.1 §4.1.2).
pub struct CodeIssuer {
    /// The store of codes.
    pub codes: Arc<dyn AuthorizationCodes>,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// The consents of people.
    pub consents: Arc<Consents>,
    /// The key from which the code of an interaction is derived, so that a repetition gets the same.
    pub answers: TagKey,
    /// The lifetime of a code.
    pub lifetime: Duration,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl CodeIssuer {
    /// The code of an interaction, and whether it was issued and redeemed.
    pub(super) async fn of_interaction(
        &self,
        interaction: &Interaction,
    ) -> Result<(Secret, Option<CodeState>), OAuthError> {
        let code = self.answers.derive("code", &[interaction.id.as_str()]);
        let found = self.codes.find(&code.digest()).await.map_err(broken)?;
        Ok((code, found.map(|found| found.value.state)))
    }

    /// Issues a code by a consent that was given before.
    pub(super) async fn reuse(
        &self,
        request: &AuthorizationRequest,
        consent: Stored<Consent>,
        session: &Session,
        origin: &RequestSource,
    ) -> Result<AuthorizationResponse, OAuthError> {
        let consent = self.consents.note_reuse(consent).await;
        let asked = (request.clone(), request.access.scope.clone());
        let (code, event) =
            (self.context.secret(), self.context.event(Action::ConsentReused, origin));
        self.grant(asked, session, &consent, code, event).await
    }

    /// Keeps what was `decided`, if anything was asked, and issues the code. To do it again does
    /// nothing more.
    pub(super) async fn settle(
        &self,
        request: &AuthorizationRequest,
        (decided, scope): (Option<&Scope>, &Scope),
        session: &Session,
        code: Secret,
        origin: &RequestSource,
    ) -> Result<AuthorizationResponse, OAuthError> {
        let action = if decided.is_some() { Action::Consent } else { Action::ConsentReused };
        let consent = if let Some(asked) = decided {
            self.consents.remember(&request.access, asked, scope, session).await?
        } else {
            let standing = self.consents.find(&session.subject, &request.access.client).await?;
            self.consents.note_reuse(standing.ok_or_else(withdrawn)?).await
        };
        let (asked, event) = ((request.clone(), scope.clone()), self.context.event(action, origin));
        self.grant(asked, session, &consent, code, event).await
    }

    /// Issues the code (OAuth 2.1 §4.1.2), unless it is out already. The event tells how it came to
    /// that: by a decision of the person, or by an earlier one.
    async fn grant(
        &self,
        (request, scope): (AuthorizationRequest, Scope),
        session: &Session,
        consent: &Consent,
        code: Secret,
        event: Event,
    ) -> Result<AuthorizationResponse, OAuthError> {
        let ReplyTo::Code(reply) = request.reply_to.clone();
        let now = self.context.now();
        self.clients.begin_grant(&request.access.client, now).await?;
        let grant = self.new_grant(&request, scope, session, consent);
        let event = event.about(&grant).with_detail(grant.scope.to_string());
        let code_issued = AuthorizationCode {
            digest: code.digest(),
            grant,
            redirect_uri: reply.callback.redirect_uri.clone(),
            pkce: reply.pkce,
            nonce: reply.nonce,
            expires_at: now.after(self.lifetime),
            state: CodeState::Issued,
        };
        // Together, so that whoever presses again never gets a code that is not on record.
        match self.codes.insert_recorded(code_issued, event.clone()).await {
            Ok(()) => self.context.audit.note_recorded(&event),
            // Somebody pressed twice, and the other request was faster.
            Err(StoreError::Conflict) => {}
            Err(error) => return Err(broken(error)),
        }
        Ok(reply.callback.grant(code))
    }

    fn new_grant(
        &self,
        request: &AuthorizationRequest,
        scope: Scope,
        session: &Session,
        consent: &Consent,
    ) -> Grant {
        Grant {
            id: self.context.id(GrantId::new),
            client: request.access.client.clone(),
            subject: session.subject.clone(),
            declined: request.access.scope.without(&scope),
            scope,
            resources: request.access.resources.clone(),
            consent: Some(consent.id.clone()),
            session: Some(session.id.clone()),
            stamp: Some(session.stamp.clone()),
            auth_time: session.auth_time,
            amr: session.amr.clone(),
        }
    }
}

fn withdrawn() -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied).hint("what was allowed has been withdrawn")
}
