//! The authorization endpoint (OAuth 2.1 §4.1.1).

use std::sync::Arc;

use domain::{AuthorizationParams, OAuthError, Secret};
use poem_openapi::{Object, OpenApi};
use ports::inbound::{Authorize, Begun};
use serde::Deserialize;

use super::{
    answer::{Failure, Shown},
    form::{CrossSite, PageForm, PageQuery},
    frame::Frame,
    page_error::PageError,
    step,
    visit::{AnyBrowser, Visitor},
};
use crate::{
    Application,
    params::{FromParams, Params},
    tags::Tag,
};

/// The authorization endpoint.
pub(crate) struct AuthorizeApi {
    frame: Frame,
    authorize: Arc<dyn Authorize>,
}

impl AuthorizeApi {
    pub(crate) fn new(app: &Application) -> Self {
        Self { frame: Frame::new(app.discover.as_ref()), authorize: app.authorize.clone() }
    }
}

#[OpenApi(tag = "Tag::Authorization")]
impl AuthorizeApi {
    /// Start an authorization request (authorization code with PKCE)
    ///
    /// The response goes to the redirect URI, errors included, once the redirect URI is known to
    /// belong to the client. Until then an error is shown on a page. A person who is not signed in
    /// is shown the sign-in page.
    #[oai(path = "/oauth/authorize", method = "get", operation_id = "authorize")]
    async fn get(
        &self,
        guest: AnyBrowser,
        query: PageQuery<AuthorizeQuery>,
    ) -> Result<Shown, Failure> {
        let request = query.0.map_err(PageError::from);
        self.frame.settle(self.take(&guest.0, request).await)
    }

    /// Start an authorization request by a form of the client
    ///
    /// A browser sends no cookies of this server with a form of another site. The response is
    /// therefore a page that submits the form again: the cookies are sent along, and no parameter
    /// gets into a URL.
    #[oai(path = "/oauth/authorize", method = "post", operation_id = "authorizeByForm")]
    async fn post(
        &self,
        guest: AnyBrowser,
        form: PageForm<AuthorizeQuery>,
    ) -> Result<Shown, Failure> {
        let outcome = match form.read() {
            Ok(request) if !guest.0.has_session(&self.frame) => Ok(self.resend(request)),
            request => self.take(&guest.0, request).await,
        };
        self.frame.settle(outcome)
    }

    /// Start an authorization request by the form that this server submits again
    #[oai(
        path = "/oauth/authorize/request",
        method = "post",
        operation_id = "authorizeByResentForm"
    )]
    async fn resent(
        &self,
        guest: AnyBrowser,
        form: PageForm<AuthorizeQuery>,
    ) -> Result<Shown, Failure> {
        self.frame.settle(self.take(&guest.0, form.read()).await)
    }
}

impl AuthorizeApi {
    async fn take(
        &self,
        visitor: &Visitor,
        request: Result<AuthorizeQuery, PageError>,
    ) -> Result<Shown, PageError> {
        let (browser, request) = (visitor.browser(&self.frame), request?);
        let navigation = match &request.prompt {
            Some(prompt) if prompt.split(' ').any(|prompt| prompt == "none") => {
                visitor.navigation.unseen()
            }
            _ => visitor.navigation,
        };
        Ok(match self.authorize.begin(request.into(), &browser).await? {
            Begun::Answer(redirect) => self.frame.answer(&redirect, navigation).into(),
            Begun::SignIn(page) => Shown::Page(self.frame.sign_in(visitor, &page, None)),
            Begun::Interact { interaction, secret, next } => {
                visitor.keep(&self.frame, secret.as_ref());
                step::way(&self.frame, navigation, &interaction, next).into()
            }
        })
    }

    fn resend(&self, request: AuthorizeQuery) -> Shown {
        Shown::Page(self.frame.resend(&self.frame.page("request"), &request.into_fields()))
    }
}

/// The parameters of an authorization request (OAuth 2.1 §4.1.1, OIDC Core §3.1.2.1). Parameters
/// that are not listed here are ignored.
#[derive(Debug, Deserialize, Object)]
struct AuthorizeQuery {
    /// The identifier of the client.
    client_id: Option<String>,
    /// The redirect URI. May be left out if the client has registered exactly one.
    redirect_uri: Option<String>,
    /// The response type: always `code`.
    response_type: Option<String>,
    /// The response mode: `query`, which is the default, or `form_post`.
    response_mode: Option<String>,
    /// The PKCE code challenge (RFC 7636 §4.3).
    code_challenge: Option<String>,
    /// The PKCE code challenge method: always `S256`.
    code_challenge_method: Option<String>,
    /// The requested scopes, separated by spaces.
    scope: Option<String>,
    /// An opaque value of the client that is returned unchanged in the response.
    state: Option<String>,
    /// The resources that the tokens are for (RFC 8707 §2.1).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
    /// A value of the client that is returned in the claim `nonce` of the ID token.
    nonce: Option<String>,
    /// The prompts: `none`, or any of `login`, `consent` and `select_account`, separated by spaces.
    prompt: Option<String>,
    /// The greatest age of the sign-in, in seconds. The person signs in again if theirs is older.
    max_age: Option<String>,
    /// The user name that the client expects, shown in the sign-in form.
    login_hint: Option<String>,
    /// An ID token of the person who is expected, expired or not. Nobody else gets through.
    id_token_hint: Option<String>,
    /// Not supported (OIDC Core §6.1).
    request: Option<String>,
    /// Not supported (OIDC Core §6.2).
    request_uri: Option<String>,
    /// The parameters that were repeated and must not be.
    #[serde(skip)]
    #[oai(skip)]
    repeated: Vec<(&'static str, String)>,
}

/// The parameters that must not be repeated. The redirect URI cannot be trusted if one of those
/// that determine it is repeated, so the error is shown to the person.
const SINGLE: &[&str] = &[
    "response_type",
    "response_mode",
    "code_challenge",
    "code_challenge_method",
    "scope",
    "state",
    "nonce",
    "prompt",
    "max_age",
    "login_hint",
    "id_token_hint",
    "request",
    "request_uri",
];

impl FromParams for AuthorizeQuery {
    fn from_params(mut params: Params) -> Result<Self, OAuthError> {
        let twice = params.take_repeated(&["client_id", "redirect_uri", "resource"]);
        let known = |(name, values): (String, Vec<String>)| {
            let name = SINGLE.iter().find(|known| **known == name)?;
            Some(values.into_iter().map(move |value| (*name, value)))
        };
        let repeated = twice.into_iter().filter_map(known).flatten().collect();
        Ok(Self { repeated, ..params.parse()? })
    }
}

impl CrossSite for AuthorizeQuery {}

impl AuthorizeQuery {
    fn into_fields(self) -> Vec<(&'static str, String)> {
        let single = [
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("response_type", self.response_type),
            ("response_mode", self.response_mode),
            ("code_challenge", self.code_challenge),
            ("code_challenge_method", self.code_challenge_method),
            ("scope", self.scope),
            ("state", self.state),
            ("nonce", self.nonce),
            ("prompt", self.prompt),
            ("max_age", self.max_age),
            ("login_hint", self.login_hint),
            ("id_token_hint", self.id_token_hint),
            ("request", self.request),
            ("request_uri", self.request_uri),
        ];
        let resources = self.resource.into_iter().map(|resource| ("resource", resource));
        single
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .chain(resources)
            .chain(self.repeated)
            .collect()
    }
}

impl From<AuthorizeQuery> for AuthorizationParams {
    fn from(query: AuthorizeQuery) -> Self {
        Self {
            client_id: query.client_id,
            redirect_uri: query.redirect_uri,
            response_type: query.response_type,
            response_mode: query.response_mode,
            code_challenge: query.code_challenge,
            code_challenge_method: query.code_challenge_method,
            scope: query.scope,
            state: query.state,
            resource: query.resource,
            nonce: query.nonce,
            prompt: query.prompt,
            max_age: query.max_age,
            login_hint: query.login_hint,
            id_token_hint: query.id_token_hint.map(Secret::new),
            request: query.request,
            request_uri: query.request_uri,
            repeated: query.repeated.first().map(|(name, _)| (*name).to_owned()),
        }
    }
}
