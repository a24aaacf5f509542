//! An authorization request, as a document.

use std::time::Duration;

use domain::{
    AuthorizationRequest, ClientId, Pkce, Prompt, RedirectUri, ResourceUri, ResponseMode,
    ReturnAddress, Scope, SubjectId,
};
use serde::{Deserialize, Serialize};

use super::{names, resources, texts};
use crate::table::Doubt;

#[derive(Deserialize, Serialize)]
pub(crate) struct Document {
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

impl From<AuthorizationRequest> for Document {
    fn from(request: AuthorizationRequest) -> Self {
        Self {
            client: request.client.as_str().to_owned(),
            redirect_uri: request.back.redirect_uri.as_str().to_owned(),
            response_mode: request.back.response_mode.as_str().to_owned(),
            state: request.back.state,
            scope: request.scope.to_string(),
            resources: texts(&request.resources, ResourceUri::as_str),
            pkce: request.pkce.as_str().to_owned(),
            nonce: request.nonce,
            prompt: texts(&request.prompt, |prompt| prompt.as_str()),
            max_age: request.max_age.map(|age| age.as_secs()),
            login_hint: request.login_hint,
            subject: request.subject.map(|id| id.as_str().to_owned()),
        }
    }
}

impl TryFrom<Document> for AuthorizationRequest {
    type Error = Doubt;

    fn try_from(document: Document) -> Result<Self, Doubt> {
        let mode = ResponseMode::from_wire(&document.response_mode);
        let back = ReturnAddress {
            redirect_uri: RedirectUri::parse(&document.redirect_uri)?,
            response_mode: mode.ok_or("the response mode is unknown")?,
            state: document.state,
        };
        Ok(Self {
            client: ClientId::new(document.client),
            back,
            scope: Scope::restore(&document.scope)?,
            resources: resources(document.resources),
            pkce: Pkce::parse(&document.pkce)?,
            nonce: document.nonce,
            prompt: names(&document.prompt, Prompt::from_wire)?,
            max_age: document.max_age.map(Duration::from_secs),
            login_hint: document.login_hint,
            subject: document.subject.map(SubjectId::new),
        })
    }
}
