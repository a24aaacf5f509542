//! An application that does next to nothing, and says what it was asked.

mod clients;

use std::sync::{Arc, Mutex, PoisonError};

use adapter_http::{Application, Settings, Tasks, router};
use async_trait::async_trait;
use domain::{
    Algorithm, AuthMethod, ClientCredentials, EnabledGrants, ErrorCode, Issuer, OAuthError,
    PersonClaims, Prompt, RequestSource, RequestedAccess, Resource, ResourceUri, ResponseMode,
    ResponseType, Scope, Secret, SecretMethod, SigningKey, SubjectId,
};
use poem::{Endpoint, test::TestClient};
use ports::inbound::{
    Capabilities, Discover, Introspect, Introspection, IssueTokens, PresentedGrant, Probe, Revoke,
    TokenRequest, TokenSet, UserInfo, UserInfoClaims, Verdict,
};

use crate::{nobody::Nobody, samples};

/// An application whose answers a test sets.
pub(crate) struct Stub {
    pub(crate) issuer: Issuer,
    pub(crate) registration: bool,
    pub(crate) grants: EnabledGrants,
    pub(crate) verdict: Verdict,
    /// The error of every use case but discovery; none if it is `None`.
    pub(crate) error: Option<ErrorCode>,
    pub(crate) keys: Mutex<Arc<Vec<SigningKey>>>,
    /// The calls, in order.
    pub(crate) seen: Mutex<Vec<String>>,
}

impl Default for Stub {
    fn default() -> Self {
        Self::at("http://localhost:9000")
    }
}

impl Stub {
    pub(crate) fn at(issuer: &str) -> Self {
        Self {
            issuer: Issuer::parse(issuer).expect("an issuer"),
            registration: true,
            grants: EnabledGrants::default(),
            verdict: Verdict::Ready,
            error: None,
            keys: Mutex::new(Arc::new(vec![samples::key()])),
            seen: Mutex::default(),
        }
    }

    /// The real router in front of it.
    pub(crate) fn client(self: &Arc<Self>) -> TestClient<impl Endpoint + use<>> {
        self.client_with(&Settings::default())
    }

    pub(crate) fn client_with(
        self: &Arc<Self>,
        settings: &Settings,
    ) -> TestClient<impl Endpoint + use<>> {
        TestClient::new(router(&self.application(), settings, &Tasks::default()))
    }

    pub(crate) fn application(self: &Arc<Self>) -> Application {
        Application {
            discover: self.clone(),
            tokens: self.clone(),
            introspect: self.clone(),
            revoke: self.clone(),
            user_info: self.clone(),
            clients: self.clone(),
            authorize: Arc::new(Nobody),
            sign_in: Arc::new(Nobody),
            decide: Arc::new(Nobody),
            account: Arc::new(Nobody),
            end_session: Arc::new(Nobody),
            probe: self.clone(),
        }
    }

    /// The last call.
    pub(crate) fn last(&self) -> Option<String> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).last().cloned()
    }

    fn note(&self, what: impl Into<String>) -> Result<(), OAuthError> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(what.into());
        match self.error {
            Some(code) => Err(OAuthError::new(code).hint("so \"it\" is").because("a detail")),
            None => Ok(()),
        }
    }
}

/// A client and how it proved who it is.
fn who(client: &ClientCredentials) -> String {
    match &client.secret {
        None => format!("public {}", client.client),
        Some((SecretMethod::Basic, secret)) => {
            format!("basic {} {}", client.client, secret.expose())
        }
        Some((SecretMethod::Post, secret)) => format!("post {} {}", client.client, secret.expose()),
    }
}

fn what(wanted: &RequestedAccess) -> String {
    let scope = wanted.scope.as_ref().map_or_else(|| "-".to_owned(), Scope::to_string);
    format!("[{scope}] {}", wanted.resource.join(","))
}

#[async_trait]
impl IssueTokens for Stub {
    async fn issue(&self, request: TokenRequest) -> Result<TokenSet, OAuthError> {
        let TokenRequest { client, grant, origin } = request;
        let asked = match &grant {
            PresentedGrant::AuthorizationCode { code, verifier, redirect_uri, wanted } => {
                let (code, verifier) = (code.expose(), verifier.secret().expose());
                let uri = redirect_uri.as_deref().unwrap_or("-");
                format!("code {code} {verifier} {uri} {}", what(wanted))
            }
            PresentedGrant::RefreshToken { refresh_token, wanted } => {
                format!("refresh {} {}", refresh_token.expose(), what(wanted))
            }
            PresentedGrant::ClientCredentials { wanted } => format!("credentials {}", what(wanted)),
        };
        let trace = origin.trace.as_deref().unwrap_or("-");
        self.note(format!("{}: {asked} trace {trace}", who(&client)))?;
        let by_code = matches!(grant, PresentedGrant::AuthorizationCode { .. });
        Ok(TokenSet {
            access_token: Secret::new("at"),
            expires_in: 900,
            refresh_token: by_code.then(|| Secret::new("rt")),
            id_token: by_code.then(|| Secret::new("it")),
            scope: Scope::parse("b a").expect("lawful"),
        })
    }
}

#[async_trait]
impl Introspect for Stub {
    async fn introspect(
        &self,
        client: ClientCredentials,
        token: Secret,
        _: &RequestSource,
    ) -> Result<Introspection, OAuthError> {
        self.note(format!("{}: introspect {}", who(&client), token.expose()))?;
        Ok(match token.expose() {
            "access" => samples::access(&["https://one.example"]),
            "access-for-two" => samples::access(&["https://one.example", "https://two.example"]),
            "refresh" => samples::refresh(),
            _ => Introspection::Inactive,
        })
    }
}

#[async_trait]
impl Revoke for Stub {
    async fn revoke(
        &self,
        client: ClientCredentials,
        token: Secret,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        self.note(format!("{}: revoke {}", who(&client), token.expose()))
    }
}

#[async_trait]
impl UserInfo for Stub {
    async fn claims(
        &self,
        access_token: Secret,
        _: &RequestSource,
    ) -> Result<UserInfoClaims, OAuthError> {
        self.note(format!("claims {}", access_token.expose()))?;
        let person = PersonClaims { name: Some("Ada".to_owned()), ..PersonClaims::default() };
        Ok(UserInfoClaims { subject: SubjectId::new("ada"), person })
    }
}

impl Discover for Stub {
    fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            scopes: vec!["openid".to_owned()],
            grant_types: self.grants.clone(),
            response_types: ResponseType::ALL.to_vec(),
            response_modes: ResponseMode::ALL.to_vec(),
            auth_methods: AuthMethod::ALL.to_vec(),
            prompts: Prompt::ALL.to_vec(),
            id_token_algorithms: Algorithm::ALL.to_vec(),
            registration: self.registration,
        }
    }

    fn keys(&self) -> Arc<Vec<SigningKey>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn protected_resource(&self, suffix: &str, _: Option<&str>) -> Option<Resource> {
        let known = ["", "mcp", "mcp/a%20b?x=1"];
        known.contains(&suffix).then(|| Resource {
            uri: ResourceUri::parse(&format!("https://mcp.example/{suffix}")).expect("a URI"),
            name: Some("MCP".to_owned()),
            scopes: [("mcp:read".to_owned(), "Read".to_owned())].into_iter().collect(),
            default_scope: Scope::default(),
            introspectors: Vec::new(),
            access_token_lifetime: None,
            algorithm: None,
        })
    }
}

#[async_trait]
impl Probe for Stub {
    async fn check(&self) -> Verdict {
        self.verdict
    }
}
