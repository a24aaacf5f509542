//! The facts that the next step of a request depends on.

use std::sync::Arc;

use domain::{
    Authentication, AuthorizationRequest, Client, Consent, NextStep, OAuthError, Purpose, Refusal,
    Requester, Session,
};
use ports::{inbound::InteractionFault, outbound::Stored};

use super::dead_ends::{client_is_gone, unknown_redirect_uri};
use crate::{ClientCache, Consents, Context};

/// Gathers the facts about a request and asks the domain for its next step.
pub struct NextSteps {
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// The consents of people.
    pub consents: Arc<Consents>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

/// The next step of a request, and the facts that it was found by.
pub(crate) struct Found {
    pub(crate) step: NextStep,
    /// The standing consent of the person to the client.
    pub(crate) consent: Option<Stored<Consent>>,
}

impl NextSteps {
    /// The next step of a request of `client`.
    pub(crate) async fn find(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        who: Authentication<'_>,
    ) -> Result<Found, OAuthError> {
        let consent = match session(who) {
            Some(session) => self.consents.find(&session.subject, &request.access.client).await?,
            None => None,
        };
        let standing = consent.as_ref().map(|stored| &stored.value);
        let requester = Requester { client, consent: standing };
        let step = request.next_step(who, requester, self.context.now());
        Ok(Found { step, consent })
    }

    /// The next step of an interaction in which somebody has signed in. The client must still be known,
    /// active, and answered where it wants to be: what is kept in memory is not good enough where a code
    /// is about to be issued.
    pub(crate) async fn of_purpose(
        &self,
        purpose: &Purpose,
        session: &Session,
    ) -> Result<NextStep, InteractionFault> {
        let who = Authentication::Accepted(session);
        let Purpose::Authorize(request) = purpose else {
            return Ok(purpose.next_step(who, None, self.context.now()));
        };
        if !purpose.accepts(who, self.context.now()) {
            return Ok(NextStep::Refuse(Refusal::OtherPerson));
        }
        let client = self.standing_client(request).await?;
        Ok(self.find(request, &client, who).await?.step)
    }

    /// The client that asks, as it is now, if it may still be answered at the redirect URI. What is
    /// kept in memory is not good enough where a code is about to be issued.
    pub(crate) async fn standing_client(
        &self,
        request: &AuthorizationRequest,
    ) -> Result<Arc<Client>, InteractionFault> {
        self.clients.forget(&request.access.client);
        let client = self.clients.find(&request.access.client).await?;
        let client = client.ok_or_else(|| client_is_gone(request))?;
        if client.check_active().is_err() {
            return Err(InteractionFault::Suspended(client.display_name()));
        }
        let uri = request.callback().redirect_uri.as_str();
        if client.redirect_uri(Some(uri)).is_none() {
            return Err(InteractionFault::RedirectUri(Box::new(unknown_redirect_uri(
                &client,
                Some(uri),
            ))));
        }
        Ok(client)
    }
}

fn session(who: Authentication<'_>) -> Option<&Session> {
    match who {
        Authentication::Nobody | Authentication::Proven(_) => None,
        Authentication::Earlier(session)
        | Authentication::Chosen(session)
        | Authentication::Accepted(session) => Some(session),
    }
}
