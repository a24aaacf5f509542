//! The authorization endpoint (OAuth 2.1 §4.1.1).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, AuthorizationRequest, Client, ClientId, ErrorCode, InteractionState, OAuthError,
    Prompt, Purpose, Redirect, Secret, Session, Unvouched,
};
use ports::inbound::{self, Begun, Browser, Next};

use crate::{Flow, flow::SignedIn, steps::Held, world::broken};

/// Takes authorization requests.
pub struct Authorize {
    /// The front channel's common ground.
    pub flow: Arc<Flow>,
}

#[async_trait]
impl inbound::Authorize for Authorize {
    async fn begin(&self, request: Unvouched, browser: &Browser) -> Result<Begun, OAuthError> {
        self.flow.limit_strangers(browser).await?;
        let Some(id) = request.client_id.as_deref().map(ClientId::new) else {
            return Err(
                OAuthError::new(ErrorCode::InvalidRequest).hint("the request names no `client_id`")
            );
        };
        let client = self.flow.directory.client(&id).await?.ok_or_else(|| {
            OAuthError::new(ErrorCode::InvalidClient).hint("the `client_id` is not registered here")
        })?;
        let hint = request.id_token_hint.clone();
        let vouched = request.vouch(&client)?;
        self.flow.check_answered(&client, vouched.redirect_uri(), browser).await?;
        match vouched.accept(&client, &self.flow.mint.catalog) {
            Err(redirect) => Ok(Begun::Answer(redirect)),
            Ok(request) => {
                let back = request.back.clone();
                let begun = match self.name_person(request, hint.as_ref()) {
                    Ok(request) => self.lead(request, &client, browser).await,
                    Err(error) => Err(error),
                };
                // From here on the client may be told, even that something of ours broke.
                Ok(begun.unwrap_or_else(|error| Begun::Answer(Box::new(back.refuse(error)))))
            }
        }
    }
}

impl Authorize {
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
    ) -> Result<Begun, OAuthError> {
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
        let consent =
            self.flow.consent(request, &session.subject).await?.map(|stored| stored.value);
        match (Flow::asks(request, client, consent.as_ref()), consent) {
            (None, Some(consent)) => {
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
    ) -> Result<Begun, OAuthError> {
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
    ) -> Result<Begun, OAuthError> {
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
