//! An authorization request, as a document.

use std::time::Duration;

use domain::{
    AccessRequest, AuthorizationRequest, Callback, ClientId, CodeReply, Pkce, Prompt, RedirectUri,
    ReplyTo, ResourceUri, ResponseMode, Scope, SubjectId,
};
use serde::{Deserialize, Serialize};

use crate::{Malformed, names, resources, texts};

/// A request for access, and the way in which it is answered.
#[derive(Deserialize, Serialize)]
pub struct Document {
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
    fn from(AuthorizationRequest { access, reply_to }: AuthorizationRequest) -> Self {
        let ReplyTo::Code(CodeReply { callback, pkce, nonce }) = reply_to;
        Self {
            client: access.client.as_str().to_owned(),
            redirect_uri: callback.redirect_uri.as_str().to_owned(),
            response_mode: callback.response_mode.as_str().to_owned(),
            state: callback.state,
            scope: access.scope.to_string(),
            resources: texts(&access.resources, ResourceUri::as_str),
            pkce: pkce.as_str().to_owned(),
            nonce,
            prompt: texts(&access.prompt, |prompt| prompt.as_str()),
            max_age: access.max_age.map(|age| age.as_secs()),
            login_hint: access.login_hint,
            subject: access.subject.map(|id| id.as_str().to_owned()),
        }
    }
}

impl TryFrom<Document> for AuthorizationRequest {
    type Error = Malformed;

    fn try_from(document: Document) -> Result<Self, Malformed> {
        let mode = ResponseMode::from_wire(&document.response_mode);
        let callback = Callback {
            redirect_uri: RedirectUri::restore(document.redirect_uri),
            response_mode: mode.ok_or("the response mode is unknown")?,
            state: document.state,
        };
        let access = AccessRequest {
            client: ClientId::new(document.client),
            scope: Scope::restore(&document.scope)?,
            resources: resources(document.resources),
            prompt: names(&document.prompt, Prompt::from_wire)?,
            max_age: document.max_age.map(Duration::from_secs),
            login_hint: document.login_hint,
            subject: document.subject.map(SubjectId::new),
        };
        let (pkce, nonce) = (Pkce::parse(&document.pkce)?, document.nonce);
        Ok(Self { access, reply_to: ReplyTo::Code(CodeReply { callback, pkce, nonce }) })
    }
}
