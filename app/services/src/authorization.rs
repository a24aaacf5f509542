//! Authorization: the authorization endpoint (OAuth 2.1 §4.1.1), and the interactions that it begins.

mod code_issuer;
mod dead_ends;
mod interactions;
mod limit;
mod next_step;
mod redirects;
mod respond;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    AccessRequest, Authentication, AuthorizationParams, AuthorizationRequest, Catalog, Client,
    ClientId, EnabledGrants, ErrorCode, GrantType, InteractionState, NextStep, OAuthError, Prompt,
    Purpose, RedirectUse, RedirectableRequest, Secret, Session, Unredirectable,
};
use ports::inbound::{self, Begun, Browser, InteractionFault, NextPage};

pub(crate) use self::interactions::{Held, InTime, Taken};
pub use self::{
    code_issuer::CodeIssuer, interactions::Interactions, limit::VisitLimit, next_step::NextSteps,
    redirects::RedirectRules, respond::Responder,
};
use self::{
    dead_ends::{unknown_client, unknown_redirect_uri},
    next_step::Found,
};
use crate::{
    ClientCache, IdTokenHints, Sessions, context::broken, sign_in::SignInPages, sign_in::SignedIn,
};

/// Takes authorization requests.
pub struct Authorize {
    /// The grant types that are switched on.
    pub grants: EnabledGrants,
    /// Limits requests of browsers in which nobody is signed in.
    pub visits: Arc<VisitLimit>,
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// The resources and scopes that can be asked for.
    pub catalog: Arc<Catalog>,
    /// The rules for redirect URIs.
    pub redirects: Arc<RedirectRules>,
    /// Verifies `id_token_hint`.
    pub hints: IdTokenHints,
    /// Recognises who is signed in.
    pub sessions: Arc<Sessions>,
    /// Begins interactions.
    pub interactions: Arc<Interactions>,
    /// Finds the next step.
    pub next_steps: Arc<NextSteps>,
    /// Issues codes.
    pub code_issuer: Arc<CodeIssuer>,
    /// Makes sign-in pages.
    pub pages: Arc<SignInPages>,
}

#[async_trait]
impl inbound::Authorize for Authorize {
    async fn begin(
        &self,
        request: AuthorizationParams,
        browser: &Browser,
    ) -> Result<Begun, InteractionFault> {
        let person = self.sessions.signed_in(browser).await?;
        if person.is_none() {
            self.visits.count(&browser.origin).await?;
        }
        let client = self.client(&request, browser).await?;
        let hint = request.id_token_hint.clone();
        let redirectable = self.check_redirect_uri(request, &client, browser).await?;
        if !self.grants.contains(GrantType::AuthorizationCode) {
            let refused = redirectable.refuse(off());
            return Ok(Begun::Answer(Box::new(refused.named(client.display_name()))));
        }
        let begun = match redirectable.validate(&client, &self.catalog) {
            Err(redirect) => Begun::Answer(redirect),
            Ok(request) => {
                let asking = Asking { client: &client, person, browser };
                self.answer_or_ask(request, hint.as_ref(), asking).await?
            }
        };
        Ok(match begun {
            Begun::Answer(redirect) => {
                Begun::Answer(Box::new(redirect.named(client.display_name())))
            }
            begun => begun,
        })
    }
}

impl Authorize {
    /// The client that the request names.
    async fn client(
        &self,
        request: &AuthorizationParams,
        browser: &Browser,
    ) -> Result<Arc<Client>, InteractionFault> {
        let Some(id) = request.client_id.as_deref().map(ClientId::new) else {
            let error = OAuthError::new(ErrorCode::InvalidRequest);
            return Err(error.hint("the request names no `client_id`").into());
        };
        if let Some(client) = self.clients.find(&id).await? {
            return Ok(client);
        }
        let unknown = unknown_client(&id, request.redirect_uri.as_deref());
        self.redirects.note_unknown_client(&unknown, &browser.origin).await;
        Err(InteractionFault::UnknownClient(unknown))
    }

    /// Makes sure that the request may be answered where it wants its answer.
    async fn check_redirect_uri(
        &self,
        request: AuthorizationParams,
        client: &Client,
        browser: &Browser,
    ) -> Result<RedirectableRequest, InteractionFault> {
        let requested = request.redirect_uri.clone();
        match request.check_redirect_uri(client) {
            Ok(redirectable) => {
                let (uri, purpose) = (redirectable.redirect_uri(), RedirectUse::Authorization);
                self.redirects.check(client, uri, purpose, browser).await?;
                Ok(redirectable)
            }
            Err(Unredirectable::Client(_)) => {
                Err(InteractionFault::Suspended(client.display_name()))
            }
            Err(Unredirectable::RedirectUri) => {
                let unknown = unknown_redirect_uri(client, requested.as_deref());
                self.redirects.note_redirect_uri(&unknown, &browser.origin).await;
                Err(InteractionFault::RedirectUri(Box::new(unknown)))
            }
        }
    }

    /// Answers a request that is in order, or asks the person first.
    async fn answer_or_ask(
        &self,
        request: AuthorizationRequest,
        hint: Option<&Secret>,
        asking: Asking<'_>,
    ) -> Result<Begun, InteractionFault> {
        let callback = request.callback().clone();
        let begun = match self.name_person(request, hint) {
            Ok(request) => self.go_on(request, asking).await,
            Err(error) => Err(error.into()),
        };
        match begun {
            // The client may be told now, even that something of ours broke.
            Err(InteractionFault::Failed(error)) => {
                Ok(Begun::Answer(Box::new(callback.refuse(error))))
            }
            begun => begun,
        }
    }

    /// Notes whom the client means by its ID token (OIDC Core §3.1.2.1).
    fn name_person(
        &self,
        request: AuthorizationRequest,
        hint: Option<&Secret>,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let Some(token) = hint else { return Ok(request) };
        match self.hints.verify(token) {
            Some(claims) if claims.client == request.access.client => {
                let access = AccessRequest { subject: Some(claims.subject), ..request.access };
                Ok(AuthorizationRequest { access, ..request })
            }
            Some(_) => Err(OAuthError::new(ErrorCode::InvalidRequest)
                .hint("`id_token_hint` was issued to another client")),
            // Its key may be gone; then it is as if nobody were known to the client.
            None if request.access.wants(Prompt::None) => {
                Err(OAuthError::new(ErrorCode::LoginRequired)
                    .hint("`id_token_hint` cannot be verified here any more"))
            }
            None => Ok(request),
        }
    }

    /// Takes the next step.
    async fn go_on(
        &self,
        request: AuthorizationRequest,
        Asking { client, person, browser }: Asking<'_>,
    ) -> Result<Begun, InteractionFault> {
        let session = person.as_ref().map(|person| &person.session.value);
        let who = session.map_or(Authentication::Nobody, Authentication::Earlier);
        let Found { step, consent } = self.next_steps.find(&request, client, who).await?;
        match (step, session, consent) {
            (NextStep::Grant, Some(session), Some(consent)) => {
                let origin = &browser.origin;
                let redirect = self.code_issuer.reuse(&request, consent, session, origin).await?;
                Ok(Begun::Answer(Box::new(redirect)))
            }
            (NextStep::Consent(_), Some(session), _) => self.ask(request, session, browser).await,
            (NextStep::Refuse(refusal), _, _) => {
                let redirect = request.callback().clone().refuse(refusal.into());
                Ok(Begun::Answer(Box::new(redirect)))
            }
            _ => {
                let purpose = Purpose::Authorize(Box::new(request));
                let (request, secret) = self.interactions.start(purpose, browser);
                let page = self.pages.page(request, secret, person.as_ref()).await?;
                Ok(Begun::SignIn(Box::new(page)))
            }
        }
    }

    /// Begins the interaction in which the person decides what to allow.
    async fn ask(
        &self,
        request: AuthorizationRequest,
        session: &Session,
        browser: &Browser,
    ) -> Result<Begun, InteractionFault> {
        let purpose = Purpose::Authorize(Box::new(request));
        let (request, secret) = self.interactions.start(purpose, browser);
        let interaction = request.id.clone();
        let state = InteractionState::Deciding { session: session.id.clone() };
        self.interactions.write(Held::Carried(request), state).await.map_err(broken)?;
        Ok(Begun::Interact { interaction, secret, next: NextPage::Consent })
    }
}

/// The refusal of a server that issues no authorization codes.
fn off() -> OAuthError {
    OAuthError::new(ErrorCode::UnsupportedResponseType)
        .hint("this server issues no authorization codes: `authorization_code` is switched off")
}

/// The parties to a request.
struct Asking<'a> {
    client: &'a Client,
    person: Option<SignedIn>,
    browser: &'a Browser,
}
