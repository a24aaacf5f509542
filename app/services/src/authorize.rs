//! The authorization endpoint (OAuth 2.1 §4.1.1).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, AuthorizationRequest, Client, ClientId, ErrorCode, InteractionState, OAuthError,
    Prompt, Purpose, Redirect, RedirectUse, Secret, Session, Unvouchable, Unvouched, Vouched,
};
use ports::inbound::{self, Begun, Browser, Fault, Next};

use crate::{
    Flow,
    dead_ends::{unknown_client, unknown_redirect_uri},
    flow::SignedIn,
    steps::Held,
    world::broken,
};

/// Takes authorization requests.
pub struct Authorize {
    /// The front channel's common ground.
    pub flow: Arc<Flow>,
}

#[async_trait]
impl inbound::Authorize for Authorize {
    async fn begin(&self, request: Unvouched, browser: &Browser) -> Result<Begun, Fault> {
        self.flow.limit_strangers(browser).await?;
        let client = self.client(&request, browser).await?;
        let hint = request.id_token_hint.clone();
        let vouched = self.vouch(request, &client, browser).await?;
        let begun = match vouched.accept(&client, &self.flow.mint.catalog) {
            Err(redirect) => Begun::Answer(redirect),
            Ok(request) => self.answer_or_ask(request, &client, hint.as_ref(), browser).await?,
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
    async fn client(&self, request: &Unvouched, browser: &Browser) -> Result<Arc<Client>, Fault> {
        let Some(id) = request.client_id.as_deref().map(ClientId::new) else {
            let error = OAuthError::new(ErrorCode::InvalidRequest);
            return Err(error.hint("the request names no `client_id`").into());
        };
        if let Some(client) = self.flow.directory.client(&id).await? {
            return Ok(client);
        }
        let unknown = unknown_client(&id, request.redirect_uri.as_deref());
        self.flow.note_unknown_client(&unknown, &browser.origin).await;
        Err(Fault::UnknownClient(unknown))
    }

    /// Makes sure that the request may be answered where it wants its answer.
    async fn vouch(
        &self,
        request: Unvouched,
        client: &Client,
        browser: &Browser,
    ) -> Result<Vouched, Fault> {
        let requested = request.redirect_uri.clone();
        match request.vouch(client) {
            Ok(vouched) => {
                let (uri, purpose) = (vouched.redirect_uri(), RedirectUse::Authorization);
                self.flow.check_redirect(client, uri, purpose, browser).await?;
                Ok(vouched)
            }
            Err(Unvouchable::Client(_)) => Err(Fault::Suspended(client.display_name())),
            Err(Unvouchable::RedirectUri) => {
                let unknown = unknown_redirect_uri(client, requested.as_deref());
                self.flow.note_redirect_uri(&unknown, &browser.origin).await;
                Err(Fault::RedirectUri(Box::new(unknown)))
            }
        }
    }

    /// Answers a request that is in order, or asks the person first.
    async fn answer_or_ask(
        &self,
        request: AuthorizationRequest,
        client: &Client,
        hint: Option<&Secret>,
        browser: &Browser,
    ) -> Result<Begun, Fault> {
        let back = request.back.clone();
        let begun = match self.name_person(request, hint) {
            Ok(request) => self.lead(request, client, browser).await,
            Err(error) => Err(error.into()),
        };
        match begun {
            // The client may be told now, even that something of ours broke.
            Err(Fault::Failed(error)) => Ok(Begun::Answer(Box::new(back.refuse(error)))),
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
        match self.flow.hinted(token) {
            Some(claims) if claims.client == request.client => {
                Ok(AuthorizationRequest { subject: Some(claims.subject), ..request })
            }
            Some(_) => Err(OAuthError::new(ErrorCode::InvalidRequest)
                .hint("`id_token_hint` was issued to another client")),
            // Its key may be gone; then it is as if nobody were known to the client.
            None if request.wants(Prompt::None) => Err(OAuthError::new(ErrorCode::LoginRequired)
                .hint("`id_token_hint` cannot be verified here any more")),
            None => Ok(request),
        }
    }

    async fn lead(
        &self,
        request: AuthorizationRequest,
        client: &Client,
        browser: &Browser,
    ) -> Result<Begun, Fault> {
        let person = self.flow.signed_in(browser).await?;
        let now = self.flow.world.now();
        let usable = |person: &SignedIn| !request.needs_sign_in(&person.session.value, now);
        let Some(person) = person.filter(usable) else {
            return self.ask_to_sign_in(request, browser).await;
        };
        match self.answer_at_once(&request, client, &person.session.value, browser).await? {
            Some(redirect) => Ok(Begun::Answer(Box::new(redirect))),
            None => self.ask(request, &person.session.value, browser).await,
        }
    }

    /// The answer, if everything was allowed before.
    async fn answer_at_once(
        &self,
        request: &AuthorizationRequest,
        client: &Client,
        session: &Session,
        browser: &Browser,
    ) -> Result<Option<Redirect>, OAuthError> {
        let consent = self.flow.consent(request, &session.subject).await?;
        let asked = Flow::asks(request, client, consent.as_ref().map(|stored| &stored.value));
        match (asked, consent) {
            (None, Some(consent)) => {
                let consent = self.flow.note_reuse(consent).await;
                let asked = (request.clone(), request.scope.clone());
                let (code, event) = (
                    self.flow.world.secret(),
                    self.flow.world.event(Action::ConsentReused, &browser.origin),
                );
                self.flow.grant(asked, session, &consent, code, event).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Shows the sign-in page, unless the client forbids it (OIDC Core §3.1.2.6).
    async fn ask_to_sign_in(
        &self,
        request: AuthorizationRequest,
        browser: &Browser,
    ) -> Result<Begun, Fault> {
        if request.wants(Prompt::None) {
            return Ok(refuse(request, ErrorCode::LoginRequired, "the person must sign in"));
        }
        let (request, secret) = self.flow.start(Purpose::Authorize(Box::new(request)), browser);
        Ok(Begun::SignIn(Box::new(self.flow.sign_in_page(request, secret, browser).await?)))
    }

    /// Asks the person what to allow, unless the client forbids it (OIDC Core §3.1.2.6).
    async fn ask(
        &self,
        request: AuthorizationRequest,
        session: &Session,
        browser: &Browser,
    ) -> Result<Begun, Fault> {
        if request.wants(Prompt::None) {
            let hint = "the person has not allowed all of it, or must be asked each time, because \
                        other programs can be in the place of this client";
            return Ok(refuse(request, ErrorCode::ConsentRequired, hint));
        }
        let (request, secret) = self.flow.start(Purpose::Authorize(Box::new(request)), browser);
        let interaction = request.id.clone();
        let state = InteractionState::Deciding { session: session.id.clone() };
        self.flow.write(Held::Carried(request), state).await.map_err(broken)?;
        Ok(Begun::Interact { interaction, secret, next: Next::Consent })
    }
}

fn refuse(request: AuthorizationRequest, code: ErrorCode, hint: &str) -> Begun {
    Begun::Answer(Box::new(request.back.refuse(OAuthError::new(code).hint(hint))))
}
