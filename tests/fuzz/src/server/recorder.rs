//! An application that remembers what it was asked.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::{
    Algorithm, AuthMethod, AuthorizationParams, Client, ClientCredentials, ClientId,
    ClientLifetimes, ClientState, Credential, ErrorCode, GrantType, Issuer, OAuthError,
    RedirectPolicy, RegistrationPolicy, RegistrationRequest, RegistrationSource, RequestSource,
    Resource, Secret, SecretMethod, SigningKey, Timestamp,
};
use ports::inbound::{
    Authorize, Begun, Browser, Capabilities, Discover, EndSession, InteractionFault, IssueTokens,
    PresentedGrant, RegisterClients, Registered, Registration, SignOut, SignOutRequest,
    TokenRequest, TokenSet, UserInfo, UserInfoClaims,
};

/// One question.
pub(super) enum Asked {
    /// For tokens.
    Tokens(ClientCredentials, PresentedGrant, RequestSource),
    /// For the claims that go with a token.
    Claims(Secret),
    /// For the grant of the person at a browser.
    Grant(Box<AuthorizationParams>, Browser),
    /// To sign somebody out.
    SignOut(SignOutRequest),
}

pub(super) struct Recorder {
    issuer: Issuer,
    asked: Mutex<Option<Asked>>,
}

impl Default for Recorder {
    fn default() -> Self {
        let issuer = Issuer::parse("https://auth.example").expect("an issuer");
        Self { issuer, asked: Mutex::default() }
    }
}

impl Recorder {
    /// Returns the call since the last time, if there was one.
    pub(super) fn take(&self) -> Option<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn refuse(&self, asked: Asked) -> OAuthError {
        *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
        OAuthError::new(ErrorCode::AccessDenied)
    }
}

#[async_trait]
impl IssueTokens for Recorder {
    async fn issue(&self, request: TokenRequest) -> Result<TokenSet, OAuthError> {
        let TokenRequest { client, grant, origin } = request;
        Err(self.refuse(Asked::Tokens(client, grant, origin)))
    }
}

#[async_trait]
impl UserInfo for Recorder {
    async fn claims(&self, token: Secret, _: &RequestSource) -> Result<UserInfoClaims, OAuthError> {
        Err(self.refuse(Asked::Claims(token)))
    }
}

#[async_trait]
impl Authorize for Recorder {
    async fn begin(
        &self,
        request: AuthorizationParams,
        browser: &Browser,
    ) -> Result<Begun, InteractionFault> {
        Err(self.refuse(Asked::Grant(Box::new(request), browser.clone())).into())
    }
}

#[async_trait]
impl EndSession for Recorder {
    async fn request(&self, request: SignOutRequest, _: &Browser) -> Result<SignOut, OAuthError> {
        Err(self.refuse(Asked::SignOut(request)))
    }

    async fn confirm(&self, request: SignOutRequest, _: &Browser) -> Result<SignOut, OAuthError> {
        Err(self.refuse(Asked::SignOut(request)))
    }
}

/// Registers whatever may be registered.
#[async_trait]
impl RegisterClients for Recorder {
    async fn admit(&self, _: Option<&Secret>, _: &RequestSource) -> Result<(), OAuthError> {
        Ok(())
    }

    async fn register(
        &self,
        _: Option<Secret>,
        request: RegistrationRequest,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        registered(&self.issuer, request)
    }

    async fn read(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        Err(OAuthError::new(ErrorCode::InvalidToken))
    }

    async fn admit_change(
        &self,
        _: &ClientId,
        _: Option<&Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        Err(OAuthError::new(ErrorCode::InvalidToken))
    }

    async fn update(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: Registration,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        Err(OAuthError::new(ErrorCode::InvalidToken))
    }

    async fn delete(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        Err(OAuthError::new(ErrorCode::InvalidToken))
    }
}

fn registered(issuer: &Issuer, request: RegistrationRequest) -> Result<Registered, OAuthError> {
    let policy = RegistrationPolicy {
        grant_types: GrantType::ALL.to_vec(),
        redirects: RedirectPolicy::Any,
        id_token_algorithm: Some(Algorithm::Rs256),
        mistrusts_pages_beside: None,
        issuer: Some(issuer.clone()),
    };
    let registrable = request.check(&policy)?;
    let secret = Secret::new("secret");
    let credential = match registrable.auth_method {
        AuthMethod::None => Credential::Public,
        AuthMethod::ClientSecretBasic => {
            Credential::Secret { method: SecretMethod::Basic, digest: secret.digest() }
        }
        AuthMethod::ClientSecretPost => {
            Credential::Secret { method: SecretMethod::Post, digest: secret.digest() }
        }
    };
    let client = Client {
        id: ClientId::new("client"),
        credential,
        metadata: registrable.metadata,
        lifetimes: ClientLifetimes::default(),
        origin: RegistrationSource::Operator,
        created_at: Timestamp::from_unix(0),
        state: ClientState::Active,
    };
    let registration_access_token = Secret::new("token");
    Ok(Registered { client, client_secret: Some(secret), registration_access_token })
}

impl Discover for Recorder {
    fn issuer(&self) -> &Issuer {
        &self.issuer
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            scopes: Vec::new(),
            grant_types: domain::EnabledGrants::default(),
            response_types: Vec::new(),
            response_modes: Vec::new(),
            auth_methods: AuthMethod::ALL.to_vec(),
            prompts: Vec::new(),
            id_token_algorithms: Algorithm::ALL.to_vec(),
            registration: true,
        }
    }

    fn keys(&self) -> Arc<Vec<SigningKey>> {
        Arc::default()
    }

    fn protected_resource(&self, _: &str, _: Option<&str>) -> Option<Resource> {
        None
    }
}
