//! Registrations that are checked, and forgotten at once.

use async_trait::async_trait;
use domain::{
    Algorithm, AuthMethod, Client, ClientId, ClientLifetimes, ClientState, Credential, ErrorCode,
    GrantType, OAuthError, RedirectPolicy, RegistrationPolicy, RegistrationRequest,
    RegistrationSource, RequestSource, Secret, SecretMethod, Timestamp,
};
use ports::inbound::{RegisterClients, Registered, Registration};

use super::Stub;

impl Stub {
    fn registered(request: RegistrationRequest) -> Result<Registered, OAuthError> {
        let policy = RegistrationPolicy {
            grant_types: GrantType::ALL.to_vec(),
            redirects: RedirectPolicy::Any,
            id_token_algorithm: Some(Algorithm::Rs256),
            mistrusts_pages_beside: None,
            issuer: None,
        };
        let registrable = request.check(&policy)?;
        let secret = Secret::new("new secret");
        let credential = match registrable.auth_method {
            AuthMethod::None => Credential::Public,
            AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost => {
                Credential::Secret { method: SecretMethod::Basic, digest: secret.digest() }
            }
        };
        let client_secret = Some(secret).filter(|_| credential != Credential::Public);
        let client = Client {
            id: ClientId::new("https://app.example/it?x=1"),
            credential,
            metadata: registrable.metadata,
            lifetimes: ClientLifetimes::default(),
            origin: RegistrationSource::Operator,
            created_at: Timestamp::from_unix(1_700_000_000),
            state: ClientState::Active,
        };
        let registration_access_token = Secret::new("rat");
        Ok(Registered { client, client_secret, registration_access_token })
    }
}

fn shown(token: Option<&Secret>) -> &str {
    token.map_or("-", Secret::expose)
}

#[async_trait]
impl RegisterClients for Stub {
    async fn admit(&self, _: Option<&Secret>, _: &RequestSource) -> Result<(), OAuthError> {
        Ok(())
    }

    async fn register(
        &self,
        token: Option<Secret>,
        request: RegistrationRequest,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        self.note(format!("register {} {request:?}", shown(token.as_ref())))?;
        Self::registered(request)
    }

    async fn read(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        self.note(format!("read {id} {}", shown(token.as_ref())))?;
        let redirect_uris = vec!["https://app.example/cb".to_owned()];
        let request = RegistrationRequest { redirect_uris, ..RegistrationRequest::default() };
        Ok(Registered { client_secret: None, ..Self::registered(request)? })
    }

    async fn admit_change(
        &self,
        _: &ClientId,
        token: Option<&Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        match token {
            Some(token) if token.expose() == "rat" => Ok(()),
            _ => Err(OAuthError::new(ErrorCode::InvalidToken)),
        }
    }

    async fn update(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        registration: Registration,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        let named = registration.client_id.as_ref().map_or("-", ClientId::as_str);
        let secret = shown(registration.client_secret.as_ref());
        self.note(format!("update {id} {} {named} {secret}", shown(token.as_ref())))?;
        Self::registered(registration.request)
    }

    async fn delete(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        self.note(format!("delete {id} {}", shown(token.as_ref())))
    }
}
