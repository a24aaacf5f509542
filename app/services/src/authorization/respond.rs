//! The way on from a step: to the next page, or back to the client.

use std::sync::Arc;

use domain::{
    Answer, AuthorizationRequest, AuthorizationResponse, CodeState, ErrorCode, Interaction,
    InteractionState, NextStep, OAuthError, Purpose, Refusal, RequestSource, Session, Timestamp,
};
use ports::inbound::{ClientView, InteractionFault, NextPage};

use super::{CodeIssuer, Interactions, NextSteps, dead_ends::client_is_gone, interactions::Held};
use crate::{
    ClientCache, Context,
    clients::{client_view, own_logo},
};

/// Leads interactions on from wherever they stand.
pub struct Responder {
    /// Takes the steps of interactions.
    pub interactions: Arc<Interactions>,
    /// Finds the next step.
    pub next_steps: Arc<NextSteps>,
    /// Issues codes.
    pub code_issuer: Arc<CodeIssuer>,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl Responder {
    /// Goes on from where a person is known: to the consent page, or straight to the answer.
    pub(crate) async fn advance(
        &self,
        held: Held,
        session: &Session,
        origin: &RequestSource,
    ) -> Result<NextPage, InteractionFault> {
        let state = self.state_for(held.purpose(), session).await?;
        let taken = self.interactions.take(held, state).await?;
        self.follow(&taken.interaction, Some(session), origin).await
    }

    /// The state that an interaction reaches with this session.
    pub(crate) async fn state_for(
        &self,
        purpose: &Purpose,
        session: &Session,
    ) -> Result<InteractionState, InteractionFault> {
        let answer = match self.next_steps.of_purpose(purpose, session).await? {
            NextStep::Account => Answer::Account,
            NextStep::Grant => granted(purpose),
            NextStep::Refuse(Refusal::OtherPerson) => Answer::OtherPerson,
            NextStep::Refuse(refusal) => return Err(OAuthError::from(refusal).into()),
            NextStep::Consent(_)
            | NextStep::SignIn
            | NextStep::ChoosePassword
            | NextStep::OpenSession => {
                return Ok(InteractionState::Deciding { session: session.id.clone() });
            }
        };
        let (at, session) = (self.context.now(), session.id.clone());
        Ok(InteractionState::Answered { at, session, answer })
    }

    /// The page or answer that an interaction leads to now. Whoever asks again soon after the answer gets
    /// the same one; who does so in another session than the one that answered, or later, is told that
    /// it is over.
    pub(crate) async fn follow(
        &self,
        interaction: &Interaction,
        session: Option<&Session>,
        origin: &RequestSource,
    ) -> Result<NextPage, InteractionFault> {
        let (at, by) = match &interaction.state {
            InteractionState::ChoosingPassword { .. } => return Ok(NextPage::ChoosePassword),
            InteractionState::Deciding { .. } => return Ok(NextPage::Consent),
            InteractionState::Answered { at, session, .. } => (*at, session),
        };
        let is_fresh = |at: Timestamp| self.context.now() < at.after(self.code_issuer.lifetime);
        if !is_fresh(at) || session.is_some_and(|session| session.id != *by) {
            return Err(self.answered(interaction).await);
        }
        let Purpose::Authorize(request) = &interaction.purpose else {
            return Ok(NextPage::Account);
        };
        let Some(redirect) = self.redirect(interaction, request, session, origin).await? else {
            return Err(self.answered(interaction).await);
        };
        // The answer is on record, so whatever broke now costs the client its name and nothing else.
        let client = self.clients.find(&request.access.client).await.ok().flatten();
        Ok(NextPage::Answer(Box::new(match client {
            Some(client) => redirect.named(client.display_name()),
            None => redirect,
        })))
    }

    /// The response of an answered interaction to the client; `None` if that has arrived already, or
    /// cannot be told without a session.
    async fn redirect(
        &self,
        interaction: &Interaction,
        request: &AuthorizationRequest,
        session: Option<&Session>,
        origin: &RequestSource,
    ) -> Result<Option<AuthorizationResponse>, InteractionFault> {
        let InteractionState::Answered { answer, .. } = &interaction.state else { return Ok(None) };
        let (decided, scope) = match answer {
            Answer::Account => return Ok(None),
            Answer::Denied => {
                let denied = OAuthError::new(ErrorCode::AccessDenied).hint("the person refused");
                return Ok(Some(request.callback().clone().refuse(denied)));
            }
            Answer::OtherPerson => {
                let refusal = OAuthError::from(Refusal::OtherPerson);
                return Ok(Some(request.callback().clone().refuse(refusal)));
            }
            Answer::Granted { decided, scope } => (decided, scope),
        };
        let (code, state) = self.code_issuer.of_interaction(interaction).await?;
        match state {
            Some(CodeState::Issued) => return Ok(Some(request.callback().clone().grant(code))),
            // It was redeemed, so it has reached the client, to whom it would look stolen if it came
            // again.
            Some(_) => return Ok(None),
            None => {}
        }
        let Some(session) = session else { return Ok(None) };
        let decision = (decided.as_ref(), scope);
        let settled = self.code_issuer.settle(request, decision, session, code, origin).await;
        // It is over, so whatever broke now is for the client to know.
        Ok(Some(settled.unwrap_or_else(|error| request.callback().clone().refuse(error))))
    }

    /// The answer to whoever comes to an interaction that is over: by whom it was begun.
    pub(crate) async fn answered(&self, interaction: &Interaction) -> InteractionFault {
        // What cannot be found out is not shown.
        let client = self.client_of(&interaction.purpose).await.unwrap_or_default();
        InteractionFault::Answered(client.map(Box::new))
    }

    /// The client that asks, unless it is for the account page.
    pub(crate) async fn client_of(
        &self,
        purpose: &Purpose,
    ) -> Result<Option<ClientView>, InteractionFault> {
        let Purpose::Authorize(request) = purpose else { return Ok(None) };
        let client = self.clients.find(&request.access.client).await?;
        let client = client.ok_or_else(|| client_is_gone(request))?;
        // Nothing is fetched for somebody who may be anybody.
        let redirect_uri = &request.callback().redirect_uri;
        Ok(Some(client_view(&client, redirect_uri, own_logo(&client))))
    }
}

/// The answer where everything was allowed before.
fn granted(purpose: &Purpose) -> Answer {
    match purpose {
        Purpose::Authorize(request) => {
            Answer::Granted { decided: None, scope: request.access.scope.clone() }
        }
        Purpose::Account => Answer::Account,
    }
}
