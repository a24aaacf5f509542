//! An authorization request on its way to being believed (OAuth 2.1 §4.1.1).
//!
//! Until the redirect URI is known to be the client's, an error must be shown here; afterwards it
//! must be sent there. Each stage is a type, so that an error cannot go to the wrong place.

use std::time::Duration;

use crate::{
    Catalog, Client, ClientId, ErrorCode, GrantType, OAuthError, Pkce, RedirectUri, ResourceUri,
    ResponseMode, ResponseType, Scope, client::wire_names,
};

wire_names! {
    /// How the person is to be asked (OIDC Core §3.1.2.1).
    Prompt {
        /// Not at all.
        None = "none",
        /// To sign in, even if signed in.
        Login = "login",
        /// To consent, even if all was allowed before.
        Consent = "consent",
        /// Which account to use.
        SelectAccount = "select_account",
    }
}

/// What arrived: nothing in it has been checked.
#[derive(Clone, Debug, Default)]
pub struct Unvouched {
    /// Who asks.
    pub client_id: Option<String>,
    /// Where to answer.
    pub redirect_uri: Option<String>,
    /// Must be `code`.
    pub response_type: Option<String>,
    /// `query` or `form_post`.
    pub response_mode: Option<String>,
    /// The PKCE challenge.
    pub code_challenge: Option<String>,
    /// Must be `S256`.
    pub code_challenge_method: Option<String>,
    /// What is wanted.
    pub scope: Option<String>,
    /// Returned untouched.
    pub state: Option<String>,
    /// What the tokens are for (RFC 8707 §2.1).
    pub resource: Vec<String>,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// How the person is to be asked.
    pub prompt: Option<String>,
    /// How many seconds ago the person may have signed in.
    pub max_age: Option<String>,
    /// Who the client thinks the person is.
    pub login_hint: Option<String>,
    /// A request object (OIDC Core §6.1), which is not offered.
    pub request: Option<String>,
    /// A reference to one (OIDC Core §6.2), which is not offered.
    pub request_uri: Option<String>,
}

impl Unvouched {
    /// Checks that the redirect URI is the client's (OAuth 2.1 §2.3.1).
    ///
    /// # Errors
    ///
    /// An error for the person at the browser; there is nobody else to tell.
    pub fn vouch(self, client: &Client) -> Result<Vouched, OAuthError> {
        client.check_active()?;
        let Some(redirect_uri) = client.redirect_uri(self.redirect_uri.as_deref()) else {
            let hint = match &self.redirect_uri {
                Some(_) => "the redirect URI is not one that this client has registered",
                None => "the request names no redirect URI",
            };
            return Err(OAuthError::new(ErrorCode::InvalidRequest).hint(hint));
        };
        let mode = self.response_mode.as_deref().and_then(ResponseMode::from_wire);
        let response_mode = mode.unwrap_or(ResponseMode::Query);
        let back = ReturnAddress { redirect_uri, response_mode, state: self.state.clone() };
        Ok(Vouched { back, client: client.id.clone(), request: self })
    }
}

/// Where the answer to a request goes. Made only by [`Unvouched::vouch`], or read back from where it
/// was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnAddress {
    /// The client's redirect URI, as the request had it.
    pub redirect_uri: RedirectUri,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// Returned untouched.
    pub state: Option<String>,
}

impl ReturnAddress {
    /// Takes an error to the client (OAuth 2.1 §4.1.2.1).
    #[must_use]
    pub fn refuse(self, error: OAuthError) -> Redirect {
        Redirect { to: self, outcome: Err(error) }
    }

    /// Takes a code to the client (OAuth 2.1 §4.1.2).
    #[must_use]
    pub fn grant(self, code: crate::Secret) -> Redirect {
        Redirect { to: self, outcome: Ok(code) }
    }
}

/// The redirect URI is the client's; the rest is unchecked.
#[derive(Clone, Debug)]
pub struct Vouched {
    back: ReturnAddress,
    client: ClientId,
    request: Unvouched,
}

impl Vouched {
    /// Checks everything else.
    ///
    /// # Errors
    ///
    /// A redirect that takes the error to the client (OAuth 2.1 §4.1.2.1).
    pub fn accept(
        self,
        client: &Client,
        catalog: &Catalog,
    ) -> Result<AuthorizationRequest, Box<Redirect>> {
        let back = self.back.clone();
        self.checked(client, catalog).map_err(|error| Box::new(back.refuse(error)))
    }

    /// The redirect that tells the client that something of ours broke.
    #[must_use]
    pub fn refuse(self, error: OAuthError) -> Redirect {
        self.back.refuse(error)
    }

    fn checked(
        self,
        client: &Client,
        catalog: &Catalog,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let request = &self.request;
        check_kind(request)?;
        client.check_grant(GrantType::AuthorizationCode)?;
        let pkce = check_pkce(request)?;
        let resources = catalog
            .resolve(&request.resource)
            .map_err(|error| OAuthError::new(ErrorCode::InvalidTarget).hint(error.to_string()))?;
        if !client.may_reach(&resources) {
            return Err(OAuthError::new(ErrorCode::InvalidTarget)
                .hint("this client may not ask for this resource"));
        }
        let scope = check_scope(request, client, catalog, &resources)?;
        let (prompt, max_age) = (check_prompt(request)?, check_max_age(request)?);
        Ok(AuthorizationRequest {
            client: self.client,
            scope,
            resources,
            pkce,
            nonce: self.request.nonce,
            prompt,
            max_age,
            login_hint: self.request.login_hint,
            back: self.back,
        })
    }
}

fn malformed(hint: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest).hint(hint)
}

fn check_kind(request: &Unvouched) -> Result<(), OAuthError> {
    if request.request.is_some() {
        return Err(OAuthError::new(ErrorCode::RequestNotSupported));
    }
    if request.request_uri.is_some() {
        return Err(OAuthError::new(ErrorCode::RequestUriNotSupported));
    }
    let Some(kind) = request.response_type.as_deref() else {
        return Err(malformed("`response_type` is missing"));
    };
    if ResponseType::from_wire(kind).is_none() {
        return Err(OAuthError::new(ErrorCode::UnsupportedResponseType)
            .hint("`response_type` must be `code`"));
    }
    match request.response_mode.as_deref() {
        Some(mode) if ResponseMode::from_wire(mode).is_none() => {
            Err(malformed("`response_mode` must be `query` or `form_post`"))
        }
        _ => Ok(()),
    }
}

/// PKCE is required, and only `S256` will do (OAuth 2.1 §4.1.1). An absent method means `plain`
/// (RFC 7636 §4.3).
fn check_pkce(request: &Unvouched) -> Result<Pkce, OAuthError> {
    let Some(challenge) = &request.code_challenge else {
        return Err(malformed("`code_challenge` is missing: PKCE is required"));
    };
    match request.code_challenge_method.as_deref() {
        Some("S256") => Pkce::parse(challenge).map_err(|error| malformed(error.to_string())),
        _ => Err(malformed("`code_challenge_method` must be `S256`")),
    }
}

fn check_scope(
    request: &Unvouched,
    client: &Client,
    catalog: &Catalog,
    resources: &[ResourceUri],
) -> Result<Scope, OAuthError> {
    let Some(list) = &request.scope else {
        return Ok(client.ceiling(&catalog.default_scope(resources)));
    };
    let refuse = |hint: String| OAuthError::new(ErrorCode::InvalidScope).hint(hint);
    let asked = Scope::parse(list).map_err(|error| refuse(error.to_string()))?;
    let unknown = asked.without(&catalog.grantable(&asked, resources));
    if !unknown.is_empty() {
        return Err(refuse(format!("not offered for this resource: {unknown}")));
    }
    let excess = asked.without(&client.ceiling(&asked));
    if !excess.is_empty() {
        return Err(refuse(format!("this client may not ask for: {excess}")));
    }
    Ok(asked)
}

fn check_prompt(request: &Unvouched) -> Result<Vec<Prompt>, OAuthError> {
    let names =
        request.prompt.as_deref().unwrap_or_default().split(' ').filter(|name| !name.is_empty());
    let parse =
        |name| Prompt::from_wire(name).ok_or_else(|| malformed("`prompt` has an unknown value"));
    let prompts = names.map(parse).collect::<Result<Vec<_>, _>>()?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(malformed("`prompt` has `none` together with another value"));
    }
    Ok(prompts)
}

fn check_max_age(request: &Unvouched) -> Result<Option<Duration>, OAuthError> {
    let parse = |seconds: &str| {
        seconds
            .parse()
            .map(Duration::from_secs)
            .map_err(|_| malformed("`max_age` must be a whole number of seconds"))
    };
    request.max_age.as_deref().map(parse).transpose()
}

/// A request fit to show to the resource owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: ClientId,
    /// Where the answer goes.
    pub back: ReturnAddress,
    /// What is asked.
    pub scope: Scope,
    /// What the tokens are for; none stands for the issuer.
    pub resources: Vec<ResourceUri>,
    /// The challenge.
    pub pkce: Pkce,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// How the person is to be asked.
    pub prompt: Vec<Prompt>,
    /// How long ago the person may have signed in.
    pub max_age: Option<Duration>,
    /// Who the client thinks the person is.
    pub login_hint: Option<String>,
}

impl AuthorizationRequest {
    /// Whether the client wants the person to be asked in this way.
    #[must_use]
    pub fn wants(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }
}

/// An answer to the client, by way of the browser.
#[derive(Debug)]
pub struct Redirect {
    /// Where it goes.
    pub to: ReturnAddress,
    /// A code, or why not.
    pub outcome: Result<crate::Secret, OAuthError>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ClientLifetimes, ClientMetadata, ClientOrigin, ClientState, Credential, Timestamp,
    };

    fn client() -> Client {
        let metadata = ClientMetadata {
            redirect_uris: vec![RedirectUri::parse("https://app.example/cb").expect("fit")],
            grant_types: vec![GrantType::AuthorizationCode],
            ..ClientMetadata::default()
        };
        Client {
            id: ClientId::new("web"),
            credential: Credential::Public,
            metadata,
            lifetimes: ClientLifetimes::default(),
            origin: ClientOrigin::Operator,
            created_at: Timestamp::from_unix(0),
            state: ClientState::Active,
        }
    }

    fn asked() -> Unvouched {
        Unvouched {
            redirect_uri: Some("https://app.example/cb".to_owned()),
            response_type: Some("code".to_owned()),
            code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
            code_challenge_method: Some("S256".to_owned()),
            state: Some("s".to_owned()),
            ..Unvouched::default()
        }
    }

    fn refusal(request: Unvouched) -> ErrorCode {
        let vouched = request.vouch(&client()).expect("its own redirect URI");
        let redirect = vouched.accept(&client(), &Catalog::default()).expect_err("refused");
        assert_eq!(redirect.to.state.as_deref(), Some("s"));
        redirect.outcome.expect_err("an error").code
    }

    #[expect(clippy::unnecessary_wraps, reason = "it spells an optional field")]
    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn a_stranger_is_told_nothing_by_redirect() {
        let stranger = Unvouched { redirect_uri: some("https://evil.example"), ..asked() };
        assert_eq!(stranger.vouch(&client()).expect_err("refused").code, ErrorCode::InvalidRequest);
    }

    #[test]
    fn a_request_without_scope_and_resource_is_accepted() {
        let vouched = asked().vouch(&client()).expect("vouched");
        let accepted = vouched.accept(&client(), &Catalog::default()).expect("accepted");
        assert!(accepted.scope.is_empty() && accepted.resources.is_empty());
    }

    #[test]
    fn everything_else_is_refused_by_redirect() {
        use ErrorCode as Code;
        let refused = [
            (Unvouched { response_type: some("token"), ..asked() }, Code::UnsupportedResponseType),
            (Unvouched { response_type: None, ..asked() }, Code::InvalidRequest),
            (Unvouched { response_mode: some("fragment"), ..asked() }, Code::InvalidRequest),
            (Unvouched { code_challenge: None, ..asked() }, Code::InvalidRequest),
            (Unvouched { code_challenge_method: some("plain"), ..asked() }, Code::InvalidRequest),
            (Unvouched { code_challenge_method: None, ..asked() }, Code::InvalidRequest),
            (Unvouched { scope: some("admin"), ..asked() }, Code::InvalidScope),
            (
                Unvouched { resource: vec!["https://x.example".to_owned()], ..asked() },
                Code::InvalidTarget,
            ),
            (Unvouched { prompt: some("none login"), ..asked() }, Code::InvalidRequest),
            (Unvouched { prompt: some("dance"), ..asked() }, Code::InvalidRequest),
            (Unvouched { max_age: some("-1"), ..asked() }, Code::InvalidRequest),
            (Unvouched { request: some("e30."), ..asked() }, Code::RequestNotSupported),
            (Unvouched { request_uri: some("urn:x"), ..asked() }, Code::RequestUriNotSupported),
        ];
        for (request, code) in refused {
            assert_eq!(refusal(request.clone()), code, "{request:?}");
        }
    }
}
