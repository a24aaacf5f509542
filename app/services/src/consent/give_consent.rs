//! Asking the person what a client may do (OAuth 2.1 §7.3).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    AccessRequest, Action, Answer, Authentication, AuthorizationRequest, Catalog, Client,
    Interaction, InteractionError, InteractionId, InteractionState, NextStep, OAuthError, Place,
    Purpose, Refusal, ResourceUri, Scope, Session,
};
use ports::{
    inbound::{
        self, AccessView, Browser, ConsentView, Decided, Decision, InteractionFault, NextPage,
        PlaceView, ScopeView, SealedRequest, Shown,
    },
    outbound::Stored,
};

use crate::{
    Context, Interactions, Logos, NextSteps, Responder, Sessions,
    authorization::{Held, Taken},
    clients::client_view,
    sign_in::SignedIn,
};

/// Asks people what a client may do.
pub struct GiveConsent {
    /// Takes the steps of interactions.
    pub interactions: Arc<Interactions>,
    /// Recognises who is signed in.
    pub sessions: Arc<Sessions>,
    /// Finds the next step.
    pub next_steps: Arc<NextSteps>,
    /// Leads on from a step.
    pub responder: Arc<Responder>,
    /// The resources and scopes, as people see them.
    pub catalog: Arc<Catalog>,
    /// The logos of clients.
    pub logos: Logos,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

/// Whether there is anything to decide in an interaction.
enum Position {
    /// The person has to decide.
    Deciding(Box<Deciding>),
    /// There is nothing to decide here.
    Elsewhere(NextPage),
}

struct Deciding {
    held: Stored<Interaction>,
    request: AuthorizationRequest,
    client: Arc<Client>,
    person: SignedIn,
}

#[async_trait]
impl inbound::GiveConsent for GiveConsent {
    async fn show(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Shown<ConsentView>, InteractionFault> {
        let deciding = match self.position(interaction, browser).await {
            // It can begin anew, in the browser it began in.
            Err(InteractionFault::Interaction(InteractionError::Expired)) => {
                return Ok(Shown::Onward(NextPage::SignIn));
            }
            position => match position? {
                Position::Elsewhere(next) => return Ok(Shown::Onward(next)),
                Position::Deciding(deciding) => *deciding,
            },
        };
        let Deciding { held, request, client, person } = deciding;
        let session = &person.session.value;
        let Some(asked) = self.missing(&request, &client, session).await? else {
            let held = Held::Stored(held);
            return Ok(Shown::Onward(
                self.responder.advance(held, session, &browser.origin).await?,
            ));
        };
        let sealed = self.interactions.carry(&held.value);
        Ok(Shown::Page(self.view(&request, &client, &person, &asked, sealed).await))
    }

    async fn decide(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
        decision: Decision,
    ) -> Result<Decided, InteractionFault> {
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

impl GiveConsent {
    /// Finds out whether this browser, and the person in it, are to decide now.
    async fn position(
        &self,
        interaction: &InteractionId,
        browser: &Browser,
    ) -> Result<Position, InteractionFault> {
        let held = self.interactions.open(interaction, browser).await?;
        let person = self.sessions.signed_in(browser).await?;
        let InteractionState::Deciding { session } = &held.value.state else {
            let session = person.as_ref().map(|person| &person.session.value);
            let next = self.responder.follow(&held.value, session, &browser.origin).await?;
            return Ok(Position::Elsewhere(next));
        };
        let Purpose::Authorize(request) = held.value.purpose.clone() else {
            return Ok(Position::Elsewhere(NextPage::Account));
        };
        // Somebody else may have signed in meanwhile, in another tab: they have not been asked.
        let Some(person) = person.filter(|person| person.session.value.id == *session) else {
            return Ok(Position::Elsewhere(NextPage::SignIn));
        };
        let client = self.next_steps.standing_client(&request).await?;
        let deciding = Deciding { held, request: *request, client, person };
        Ok(Position::Deciding(Box::new(deciding)))
    }

    /// The scope that the person must decide on; `None` if all of it was allowed meanwhile.
    ///
    /// # Errors
    ///
    /// The refusal, if the request cannot be granted in this session, whatever the person decides.
    async fn missing(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        session: &Session,
    ) -> Result<Option<Scope>, OAuthError> {
        let who = Authentication::Accepted(session);
        match self.next_steps.find(request, client, who).await?.step {
            NextStep::Consent(missing) => Ok(Some(missing)),
            NextStep::Grant => Ok(None),
            NextStep::Refuse(refusal) => Err(refusal.into()),
            NextStep::SignIn
            | NextStep::ChoosePassword
            | NextStep::OpenSession
            | NextStep::Account => Err(Refusal::SignInNeeded.into()),
        }
    }

    async fn deny(
        &self,
        deciding: Deciding,
        browser: &Browser,
    ) -> Result<Decided, InteractionFault> {
        let Deciding { request, person, .. } = &deciding;
        let event = self.context.event(Action::Consent, &browser.origin);
        let event = event.of_person(&person.user.id).of_client(&request.access.client);
        let event = event.refused("denied by the person");
        let (callback, name) = (request.callback().clone(), deciding.client.display_name());
        let taken = self.answer(&deciding, Answer::Denied).await?;
        if taken.by_us
            && let Err(error) = self.context.record(event).await
        {
            // The interaction is over, so whatever broke now is for the client to know.
            let redirect = callback.refuse(error).named(name);
            return Ok(Decided::Onward(NextPage::Answer(Box::new(redirect))));
        }
        self.follow(&taken, &deciding, browser).await
    }

    async fn allow(
        &self,
        deciding: Deciding,
        offered: &Scope,
        ticked: &Scope,
        browser: &Browser,
    ) -> Result<Decided, InteractionFault> {
        let Deciding { request, client, person, .. } = &deciding;
        let session = &person.session.value;
        let missing = self.missing(request, client, session).await?.unwrap_or_default();
        let request = &request.access;
        // What another tab has had allowed since the page was shown is decided here all the same.
        let asked = missing.union(&offered.intersection(&request.scope));
        let scope = request.scope.without(&asked).union(&asked.intersection(ticked));
        if scope.is_empty() && !asked.is_empty() {
            return Ok(Decided::NothingAllowed);
        }
        let taken = self.answer(&deciding, Answer::Granted { decided: Some(asked), scope }).await?;
        self.follow(&taken, &deciding, browser).await
    }

    async fn answer(&self, deciding: &Deciding, answer: Answer) -> Result<Taken, InteractionFault> {
        let state = InteractionState::Answered {
            at: self.context.now(),
            session: deciding.person.session.value.id.clone(),
            answer,
        };
        self.interactions.take(Held::Stored(deciding.held.clone()), state).await
    }

    async fn follow(
        &self,
        taken: &Taken,
        deciding: &Deciding,
        browser: &Browser,
    ) -> Result<Decided, InteractionFault> {
        let session = Some(&deciding.person.session.value);
        let next = self.responder.follow(&taken.interaction, session, &browser.origin).await?;
        Ok(Decided::Onward(next))
    }

    async fn view(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        person: &SignedIn,
        asked: &Scope,
        sealed: SealedRequest,
    ) -> ConsentView {
        let asking = Asking { catalog: &self.catalog, request: &request.access };
        ConsentView {
            client: client_view(
                client,
                &request.callback().redirect_uri,
                self.logos.find(client).await,
            ),
            account: person.user.display_name().to_owned(),
            asked: asking.arrange(asked),
            remembered: asking.remembered(asked),
            request: sealed,
        }
    }
}

/// The access that a request asks for, described for people.
struct Asking<'a> {
    catalog: &'a Catalog,
    request: &'a AccessRequest,
}

impl Asking<'_> {
    fn arrange(&self, asked: &Scope) -> Vec<AccessView> {
        let AccessRequest { scope, resources, .. } = self.request;
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

    /// The part of the requested scope that was allowed before.
    fn remembered(&self, asked: &Scope) -> Vec<ScopeView> {
        let before = self.request.scope.without(asked);
        self.describe(self.catalog.in_order(&before, &self.request.resources).into_iter())
    }

    fn describe<'s>(&self, scopes: impl Iterator<Item = &'s str>) -> Vec<ScopeView> {
        let describe = |name: &str| self.catalog.describe(name, &self.request.resources);
        let view = |name: &str| ScopeView {
            name: name.to_owned(),
            description: describe(name).map(str::to_owned),
        };
        scopes.map(view).collect()
    }

    /// The name of a resource, with its address if another one is called the same; or its address
    /// alone.
    fn name(&self, uri: &ResourceUri) -> String {
        let known = self.catalog.find(uri).and_then(|resource| resource.name.as_ref());
        let Some(name) = known else { return uri.as_str().to_owned() };
        let namesakes =
            self.catalog.resources.iter().filter(|other| other.name.as_ref() == Some(name));
        if namesakes.count() > 1 { format!("{name} ({uri})") } else { name.clone() }
    }
}
