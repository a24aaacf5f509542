//! Asking the person what a client may do (OAuth 2.1 §7.3).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, AuthorizationRequest, Catalog, Consent, ConsentId, ErrorCode, Event, Interaction,
    InteractionId, InteractionState, OAuthError, Place, Purpose, Redirect, ResourceUri, Revocable,
    Scope,
};
use ports::{
    inbound::{
        self, AccessView, Browser, ConsentView, Decided, Decision, Fault, Next, PlaceView,
        ScopeView, Shown,
    },
    outbound::{StoreError, Stored},
};

use crate::{
    Flow, Logos, client_view,
    flow::{self, SignedIn},
    world::broken,
};

/// Asks people what a client may do.
pub struct Decide {
    /// The front channel's common ground.
    pub flow: Arc<Flow>,
    /// The logos of clients.
    pub logos: Logos,
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
        let consent = self.flow.consent(&request, &person.user.id).await?;
        let Some(asked) = Flow::asks(&request, consent.as_ref().map(|stored| &stored.value)) else {
            return Ok(Shown::Onward(
                self.flow.advance(held, &person.session.value, &browser.origin).await?,
            ));
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
            Decision::Allow { offered, ticked } => {
                self.allow(deciding, &offered, &ticked, browser).await
            }
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
        // The interaction is over, so whatever broke now is for the client to know.
        let error = match self.flow.world.record(event).await {
            Ok(()) => OAuthError::new(ErrorCode::AccessDenied).hint("the person refused"),
            Err(error) => error,
        };
        Ok(Decided::Onward(Next::Answer(Box::new(request.back.refuse(error)))))
    }

    async fn allow(
        &self,
        deciding: Deciding,
        offered: &Scope,
        ticked: &Scope,
        browser: &Browser,
    ) -> Result<Decided, Fault> {
        let Deciding { held, request, person } = deciding;
        let consent =
            self.flow.consent(&request, &person.user.id).await?.map(|stored| stored.value);
        let missing = Flow::asks(&request, consent.as_ref()).unwrap_or_default();
        // What another tab has had allowed since the page was shown is decided here all the same.
        let asked = missing.union(&offered.intersection(&request.scope));
        let granted = request.scope.without(&asked).union(&asked.intersection(ticked));
        if granted.is_empty() && !asked.is_empty() {
            return Ok(Decided::NothingAllowed);
        }
        self.flow.finish(held).await?;
        let back = request.back.clone();
        let answer = self.settle(request, &asked, granted, &person, browser).await;
        // The interaction is over, so whatever broke now is for the client to know.
        let redirect = answer.unwrap_or_else(|error| back.refuse(error));
        Ok(Decided::Onward(Next::Answer(Box::new(redirect))))
    }

    async fn settle(
        &self,
        request: AuthorizationRequest,
        asked: &Scope,
        granted: Scope,
        person: &SignedIn,
        browser: &Browser,
    ) -> Result<Redirect, OAuthError> {
        let consent = self.remember(&request, asked, &granted, person).await?;
        self.flow.grant(request, granted, &person.session.value, &consent, &browser.origin).await
    }

    /// Keeps what the person decided. Another tab may be doing the same.
    async fn remember(
        &self,
        request: &AuthorizationRequest,
        asked: &Scope,
        granted: &Scope,
        person: &SignedIn,
    ) -> Result<Consent, OAuthError> {
        let (now, mut ended) = (self.flow.world.now(), None);
        for _ in 0..4 {
            let kept = self.flow.kept_consent(request, &person.user.id).await?;
            let standing = kept.as_ref().map(|stored| stored.value.clone());
            // One that was withdrawn is no ground to build on, even if its row is still there; one
            // that was ended here is.
            let is_ours = |consent: &Consent| ended.as_ref() == Some(&consent.id);
            let usable = |consent: &Consent| self.flow.is_allowed(consent) || is_ours(consent);
            let standing = standing.filter(usable).unwrap_or_else(|| {
                let (subject, client) = (person.user.id.clone(), request.client.clone());
                Consent::new(self.flow.world.id(ConsentId::new), subject, client, now)
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
                Some(stored) => self.flow.consents.replace(stored.with(consent.clone())).await,
                None => self.flow.consents.insert(consent.clone()).await,
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
        let until = self.flow.mint.lifetimes.end_of_grants(self.flow.world.now());
        self.flow.directory.revocations.revoke(Revocable::Consent(consent.id), until).await?;
        Ok(Consent { id: self.flow.world.id(ConsentId::new), ..consent })
    }

    async fn view(
        &self,
        request: &AuthorizationRequest,
        person: &SignedIn,
        asked: &Scope,
    ) -> Result<ConsentView, OAuthError> {
        let client =
            self.flow.directory.client(&request.client).await?.ok_or_else(flow::client_is_gone)?;
        let asking = Asking { catalog: &self.flow.mint.catalog, request };
        Ok(ConsentView {
            client: client_view(
                &client,
                &request.back.redirect_uri,
                self.logos.find(&client).await,
            ),
            account: person.user.display_name().to_owned(),
            asked: asking.arrange(asked),
            remembered: asking.describe(request.scope.without(asked).iter()),
        })
    }
}

/// What a request asks, in words for people.
struct Asking<'a> {
    catalog: &'a Catalog,
    request: &'a AuthorizationRequest,
}

impl Asking<'_> {
    fn arrange(&self, asked: &Scope) -> Vec<AccessView> {
        let AuthorizationRequest { scope, resources, .. } = self.request;
        let view = |(place, scopes): (Place, Vec<&str>)| AccessView {
            place: match place {
                Place::Person => PlaceView::Person,
                Place::Resources(uris) => {
                    PlaceView::Resources(uris.iter().map(|uri| self.name(uri)).collect())
                }
                Place::Anywhere => PlaceView::Anywhere,
                Place::Offline => PlaceView::Offline,
            },
            scopes: self.describe(scopes.into_iter()),
        };
        self.catalog.arrange(asked, scope, resources).into_iter().map(view).collect()
    }

    fn describe<'s>(&self, scopes: impl Iterator<Item = &'s str>) -> Vec<ScopeView> {
        let describe = |name: &str| self.catalog.describe(name, &self.request.resources);
        let view = |name: &str| ScopeView {
            name: name.to_owned(),
            description: describe(name).map(str::to_owned),
        };
        scopes.map(view).collect()
    }

    fn name(&self, uri: &ResourceUri) -> String {
        let known = self.catalog.find(uri).and_then(|resource| resource.name.clone());
        known.unwrap_or_else(|| uri.as_str().to_owned())
    }
}
