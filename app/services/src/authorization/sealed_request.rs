//! Sign-in requests on their way through the browser, sealed.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    AccessRequest, AuthorizationRequest, ClientId, CodeReply, Digest, Interaction,
    InteractionError, InteractionId, Pkce, Prompt, Purpose, RedirectUri, ReplyTo, ResourceUri,
    ResponseMode, ReturnAddress, Scope, SignInRequest, SubjectId, Timestamp,
};
use ports::{
    inbound::{Browser, SealedRequest},
    outbound::Sealer,
};
use serde::{Deserialize, Serialize};

use super::Interactions;

/// Whom it is sealed for. The number is that of the document's form: what was sealed in another form
/// does not open.
const OWNER: &str = "sign-in request 1";

#[derive(Deserialize, Serialize)]
struct Document {
    id: String,
    browser: String,
    created_at: i64,
    request: Option<RequestDocument>,
}

#[derive(Deserialize, Serialize)]
struct RequestDocument {
    client: String,
    redirect_uri: String,
    response_mode: String,
    state: Option<String>,
    scope: String,
    resources: Vec<String>,
    pkce: String,
    nonce: Option<String>,
    prompt: Vec<String>,
    max_age: Option<u64>,
    login_hint: Option<String>,
    subject: Option<String>,
}

impl Interactions {
    /// Seals a request for the browser to carry.
    pub(crate) fn seal(&self, request: SignInRequest) -> SealedRequest {
        let document = Document::from(request);
        let text = serde_json::to_vec(&document).expect("there is nothing that JSON has not");
        SealedRequest(self.sealer.seal(OWNER, &text))
    }

    /// Seals an interaction for its pages to carry, so that it can begin anew when it is gone.
    pub(crate) fn carry(&self, interaction: &Interaction) -> SealedRequest {
        let Interaction { id, browser, purpose, created_at, .. } = interaction.clone();
        self.seal(SignInRequest { id, browser, purpose, created_at })
    }

    /// Opens what the browser has carried, and says whether it is still in time.
    pub(crate) fn unseal(
        &self,
        sealed: &SealedRequest,
        browser: &Browser,
    ) -> Result<(SignInRequest, InTime), InteractionError> {
        let request = open(self.sealer.as_ref(), sealed).ok_or(InteractionError::Unknown)?;
        match request.open(&browser.secrets, self.lifetime, self.world.now()) {
            Ok(()) => Ok((request, InTime(true))),
            Err(InteractionError::Expired) => Ok((request, InTime(false))),
            Err(error) => Err(error),
        }
    }
}

/// Whether a page has come back in time.
pub(crate) struct InTime(pub(crate) bool);

fn open(sealer: &dyn Sealer, request: &SealedRequest) -> Option<SignInRequest> {
    let text = sealer.open(OWNER, &request.0).ok()?;
    let document: Document = serde_json::from_slice(&text).ok()?;
    document.read()
}

impl From<SignInRequest> for Document {
    fn from(request: SignInRequest) -> Self {
        Self {
            id: request.id.as_str().to_owned(),
            browser: BASE64_URL_SAFE_NO_PAD.encode(request.browser.as_bytes()),
            created_at: request.created_at.as_unix(),
            request: match request.purpose {
                Purpose::Authorize(request) => Some((*request).into()),
                Purpose::Account => None,
            },
        }
    }
}

impl Document {
    fn read(self) -> Option<SignInRequest> {
        let browser = BASE64_URL_SAFE_NO_PAD.decode(self.browser).ok()?;
        let purpose = match self.request {
            Some(request) => Purpose::Authorize(Box::new(request.read()?)),
            None => Purpose::Account,
        };
        Some(SignInRequest {
            id: InteractionId::new(self.id),
            browser: Digest::from_bytes(browser.try_into().ok()?),
            purpose,
            created_at: Timestamp::from_unix(self.created_at),
        })
    }
}

impl From<AuthorizationRequest> for RequestDocument {
    fn from(AuthorizationRequest { access, reply_to }: AuthorizationRequest) -> Self {
        let text = |name: &str| name.to_owned();
        let ReplyTo::Code(CodeReply { callback, pkce, nonce }) = reply_to;
        Self {
            client: access.client.to_string(),
            redirect_uri: callback.redirect_uri.to_string(),
            response_mode: text(callback.response_mode.as_str()),
            state: callback.state,
            scope: access.scope.to_string(),
            resources: access.resources.iter().map(ToString::to_string).collect(),
            pkce: text(pkce.as_str()),
            nonce,
            prompt: access.prompt.iter().map(|prompt| text(prompt.as_str())).collect(),
            max_age: access.max_age.map(|age| age.as_secs()),
            login_hint: access.login_hint,
            subject: access.subject.map(|subject| subject.to_string()),
        }
    }
}

impl RequestDocument {
    fn read(self) -> Option<AuthorizationRequest> {
        let callback = ReturnAddress {
            redirect_uri: RedirectUri::restore(self.redirect_uri),
            response_mode: ResponseMode::from_wire(&self.response_mode)?,
            state: self.state,
        };
        let prompts = self.prompt.iter().map(|prompt| Prompt::from_wire(prompt));
        let access = AccessRequest {
            client: ClientId::new(self.client),
            scope: Scope::restore(&self.scope).ok()?,
            resources: self.resources.into_iter().map(ResourceUri::restore).collect(),
            prompt: prompts.collect::<Option<_>>()?,
            max_age: self.max_age.map(Duration::from_secs),
            login_hint: self.login_hint,
            subject: self.subject.map(SubjectId::new),
        };
        let pkce = Pkce::parse(&self.pkce).ok()?;
        let reply_to = ReplyTo::Code(CodeReply { callback, pkce, nonce: self.nonce });
        Some(AuthorizationRequest { access, reply_to })
    }
}
