//! The authorization endpoint (OAuth 2.1 §4.1.1).

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    AuthorizationRequest, ClientId, ErrorCode, Interaction, InteractionState, OAuthError, Prompt,
    Purpose, Redirect, Secret, Session, Unvouched,
};
use ports::inbound::{self, Begun, Browser, Next};

use crate::Flow;

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
        if self.flow.mint.issuer.reserves(vouched.redirect_uri()) {
            return Err(OAuthError::new(ErrorCode::InvalidRequest)
                .hint("the redirect URI leads to pages of this server itself"));
        }
        match vouched.accept(&client, &self.flow.mint.catalog) {
            Err(redirect) => Ok(Begun::Answer(redirect)),
            Ok(request) => {
                let back = request.back.clone();
                let begun = match self.name_person(request, hint.as_ref()) {
                    Ok(request) => self.lead(request, browser).await,
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
        browser: &Browser,
    ) -> Result<Begun, OAuthError> {
        let person = self.flow.signed_in(browser).await?;
        let session = person.as_ref().map(|person| &person.session.value);
        let state = Interaction::start(&request, session, self.flow.world.now());
        let (InteractionState::Deciding { .. }, Some(person)) = (&state, person) else {
            return self.ask(request, state, Next::SignIn, browser).await;
        };
        match self.answer_at_once(&request, &person.session.value, browser).await? {
            Some(redirect) => Ok(Begun::Answer(Box::new(redirect))),
            None => self.ask(request, state, Next::Consent, browser).await,
        }
    }

    /// The answer, if everything was allowed before.
    async fn answer_at_once(
        &self,
        request: &AuthorizationRequest,
        session: &Session,
        browser: &Browser,
    ) -> Result<Option<Redirect>, OAuthError> {
        let consent =
            self.flow.consent(request, &session.subject).await?.map(|stored| stored.value);
        match (Flow::asks(request, consent.as_ref()), consent) {
            (None, Some(consent)) => {
                let granted =
                    self.flow.grant_again(request.clone(), session, &consent, &browser.origin);
                granted.await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Asks the person, unless the client forbids it (OIDC Core §3.1.2.6).
    async fn ask(
        &self,
        request: AuthorizationRequest,
        state: InteractionState,
        next: Next,
        browser: &Browser,
    ) -> Result<Begun, OAuthError> {
        if request.wants(Prompt::None) {
            let (code, hint) = match next {
                Next::Consent => {
                    (ErrorCode::ConsentRequired, "the person has not allowed all of it")
                }
                _ => (ErrorCode::LoginRequired, "the person must sign in"),
            };
            let error = OAuthError::new(code).hint(hint);
            return Ok(Begun::Answer(Box::new(request.back.refuse(error))));
        }
        let (interaction, secret) =
            self.flow.start(Purpose::Authorize(Box::new(request)), state, browser).await?;
        Ok(Begun::Interact { interaction, secret, next })
    }
}
