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
    /// Ask the resource owner.
    ///
    /// The answer goes to the redirect URI, errors included, once the redirect URI is known to be
    /// the client's. Until then an error is shown here. Who is not signed in is shown the sign-in page.
    #[oai(path = "/oauth/authorize", method = "get", operation_id = "authorize")]
    async fn get(
        &self,
        guest: AnyBrowser,
        query: PageQuery<AuthorizeQuery>,
    ) -> Result<Shown, Failure> {
        let request = query.0.map_err(PageError::from);
        self.frame.settle(self.take(&guest.0, request).await)
    }

    /// Ask the resource owner, by a form.
    ///
    /// Browsers send no cookie of ours with a form from elsewhere. A page of ours sends such a form on,
    /// so that they go along and nothing of it gets into an address.
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

    /// Ask the resource owner, by a form that a page of ours has sent on.
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

/// OAuth 2.1 §4.1.1, OIDC Core §3.1.2.1. Parameters that are not listed here are ignored.
#[derive(Debug, Deserialize, Object)]
struct AuthorizeQuery {
    /// The client.
    client_id: Option<String>,
    /// Where to answer; may be left out if the client has registered only one place.
    redirect_uri: Option<String>,
    /// `code`.
    response_type: Option<String>,
    /// `query` or `form_post`.
    response_mode: Option<String>,
    /// The PKCE challenge (RFC 7636 §4.3).
    code_challenge: Option<String>,
    /// `S256`.
    code_challenge_method: Option<String>,
    /// What is wanted.
    scope: Option<String>,
    /// Returned untouched.
    state: Option<String>,
    /// The resources the tokens are for (RFC 8707 §2.1).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
    /// Returned in the ID token.
    nonce: Option<String>,
    /// `none`, or any of `login`, `consent` and `select_account`.
    prompt: Option<String>,
    /// How many seconds ago the person may have signed in.
    max_age: Option<String>,
    /// Who the client thinks the person is.
    login_hint: Option<String>,
    /// Who the person must be: an ID token about them, expired or not.
    id_token_hint: Option<String>,
    /// Not offered (OIDC Core §6.1).
    request: Option<String>,
    /// Not offered (OIDC Core §6.2).
    request_uri: Option<String>,
    /// What was given more than once, and may not be.
    #[serde(skip)]
    #[oai(skip)]
    repeated: Vec<(&'static str, String)>,
}

/// What may be given once only. For anything that says who asks and where to answer, twice is as bad
/// as never, and nobody but the person can be told.
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
