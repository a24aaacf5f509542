//! Asking the person what a client may do (OAuth 2.1 §7.3).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, AuthorizationRequest, Consent, ConsentId, ErrorCode, Event, Interaction, InteractionId,
    InteractionState, OAuthError, Purpose, RedirectKind, ResourceUri, Scope,
};
use ports::{
    inbound::{self, Browser, ConsentView, Decided, Decision, Fault, Next, ScopeView, Shown},
    outbound::{StoreError, Stored},
};

use crate::{
    Flow, client_view,
    flow::{self, SignedIn},
    world::broken,
};

/// Asks people what a client may do.
pub struct Decide {
    /// The front channel's common ground.
    pub flow: Arc<Flow>,
}

/// Where a decision stands.
enum Position {
    /// The person has to decide.
    Deciding(Box<Deciding>),
    /// There is nothing to decide here.
    Elsewhere(Next),
}

struct Deciding {
    held: Stored<Interaction>,
    request: AuthorizationRequest,
    person: SignedIn,
}

#[async_trait]
impl inbound::Decide for Decide {
    async fn show(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<ConsentView>, Fault> {
        let Deciding { held, request, person } = match self.position(interaction, browser).await? {
            Position::Elsewhere(next) => return Ok(Shown::Onward(next)),
            Position::Deciding(deciding) => *deciding,
        };
        let consent = self.flow.consent(&request, &person.user).await?;
        let Some(asked) = Flow::asks(&request, consent.as_ref().map(|stored| &stored.value)) else {
            return Ok(Shown::Onward(self.flow.advance(held, &person, &browser.origin).await?));
        };
        Ok(Shown::Page(self.view(&request, &person, &asked).await?))
    }

    async fn decide(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        decision: Decision,
    ) -> Result<Decided, Fault> {
        let deciding = match self.position(interaction, browser).await? {
            Position::Elsewhere(next) => return Ok(Decided::Onward(next)),
            Position::Deciding(deciding) => *deciding,
        };
        match decision {
            Decision::Deny => self.deny(deciding, browser).await,
            Decision::Allow(ticked) => self.allow(deciding, &ticked, browser).await,
        }
    }
}

impl Decide {
    /// Finds out whether this browser, and the person in it, are to decide now.
    async fn position(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Position, Fault> {
        let held = self.flow.open(interaction, browser).await?;
        let session = match &held.value.state {
            InteractionState::Deciding { session } => session.clone(),
            InteractionState::ChoosingPassword { .. } => {
                return Ok(Position::Elsewhere(Next::ChoosePassword));
            }
            InteractionState::SigningIn | InteractionState::Answered { .. } => {
                return Ok(Position::Elsewhere(Next::SignIn));
            }
        };
        let Purpose::Authorize(request) = held.value.purpose.clone() else {
            return Ok(Position::Elsewhere(Next::Account));
        };
        // Somebody else may have signed in meanwhile, in another tab: they have not been asked.
        let person = self.flow.signed_in(browser).await?;
        if let Some(person) = person.filter(|person| person.session.value.id == session) {
            return Ok(Position::Deciding(Box::new(Deciding { held, request: *request, person })));
        }
        let signed_out = held.value.clone().signed_out();
        self.flow.step(held.with(signed_out)).await?;
        Ok(Position::Elsewhere(Next::SignIn))
    }

    async fn deny(&self, deciding: Deciding, browser: &Browser) -> Result<Decided, Fault> {
        let Deciding { held, request, person } = deciding;
        self.flow.finish(held).await?;
        let event = Event {
            subject: Some(person.user.id.clone()),
            client: Some(request.client.clone()),
            ..self
                .flow
                .world
                .event(Action::Consent, &browser.origin)
                .refused("denied by the person")
        };
        self.flow.world.record(event).await?;
        let denied = OAuthError::new(ErrorCode::AccessDenied).hint("the person refused");
        Ok(Decided::Onward(Next::Answer(Box::new(request.back.refuse(denied)))))
    }

    async fn allow(
        &self,
        deciding: Deciding,
        ticked: &Scope,
        browser: &Browser,
    ) -> Result<Decided, Fault> {
        let Deciding { held, request, person } = deciding;
        let consent = self.flow.consent(&request, &person.user).await?;
        let asked =
            Flow::asks(&request, consent.as_ref().map(|stored| &stored.value)).unwrap_or_default();
        let granted = request.scope.without(&asked).union(&asked.intersection(ticked));
        if granted.is_empty() && !asked.is_empty() {
            return Ok(Decided::NothingAllowed);
        }
        self.flow.finish(held).await?;
        let consent = self.remember(consent, &granted, &request, &person).await?;
        let redirect =
            self.flow.grant(request, granted, &person, &consent, &browser.origin).await?;
        Ok(Decided::Onward(Next::Answer(Box::new(redirect))))
    }

    /// Widens what the person has allowed this client. Another tab may be doing the same.
    async fn remember(
        &self,
        mut held: Option<Stored<Consent>>,
        granted: &Scope,
        request: &AuthorizationRequest,
        person: &SignedIn,
    ) -> Result<Consent, OAuthError> {
        let now = self.flow.world.now();
        for _ in 0..4 {
            let written = if let Some(stored) = held {
                let wider = stored.value.clone().widen(granted, &request.resources, now);
                (self.flow.consents.replace(stored.with(wider.clone())).await, wider)
            } else {
                let id = self.flow.world.id(ConsentId::new);
                let (subject, client) = (person.user.id.clone(), request.client.clone());
                let fresh =
                    Consent::new(id, subject, client, now).widen(granted, &request.resources, now);
                (self.flow.consents.insert(fresh.clone()).await, fresh)
            };
            match written {
                (Ok(()), consent) => return Ok(consent),
                (Err(StoreError::Conflict), _) => {
                    held = self.flow.consent(request, &person.user).await?;
                }
                (Err(error), _) => return Err(broken(error)),
            }
        }
        Err(OAuthError::new(ErrorCode::TemporarilyUnavailable))
    }

    async fn view(
        &self,
        request: &AuthorizationRequest,
        person: &SignedIn,
        asked: &Scope,
    ) -> Result<ConsentView, OAuthError> {
        let client =
            self.flow.directory.client(&request.client).await?.ok_or_else(flow::client_is_gone)?;
        let (catalog, redirect) = (&self.flow.mint.catalog, &request.back.redirect_uri);
        let describe = |scope: &Scope| {
            let view = |name: &str| ScopeView {
                name: name.to_owned(),
                description: catalog.describe(name, &request.resources).map(str::to_owned),
            };
            scope.iter().map(view).collect()
        };
        let name = |uri: &ResourceUri| {
            let known = catalog.find(uri).and_then(|resource| resource.name.clone());
            known.unwrap_or_else(|| uri.as_str().to_owned())
        };
        Ok(ConsentView {
            client: client_view(&client, redirect),
            account: person.user.display_name().to_owned(),
            destination: redirect.destination(),
            loopback: redirect.kind() == RedirectKind::Loopback,
            resources: request.resources.iter().map(name).collect(),
            scopes: describe(asked),
            remembered: describe(&request.scope.without(asked)),
        })
    }
}
