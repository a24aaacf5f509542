//! An application that is described without being called.

use std::sync::{Arc, LazyLock};

use adapter_http::Application;
use async_trait::async_trait;
use domain::{
    Algorithm, AuthMethod, AuthorizationParams, ClientCredentials, ClientId, EnabledGrants,
    InteractionId, Issuer, OAuthError, Prompt, RegistrationRequest, RequestSource, ResponseMode,
    ResponseType, Secret, SessionId, SigningKey,
};
use ports::inbound::{
    AccountView, Authorize, Begun, Browser, Capabilities, Changed, ConsentView, Credentials,
    Decided, Decision, Discover, EndSession, GiveConsent, InteractionFault, Introspect,
    Introspection, IssueTokens, ManageAccount, PasswordChange, PasswordView, Probe,
    RegisterClients, Registered, Registration, Revoke, SealedRequest, Shown, SignIn, SignInPage,
    SignOut, SignOutRequest, SignedIn, TokenRequest, TokenSet, UserInfo, UserInfoClaims, Verdict,
};

struct Nobody;

static ISSUER: LazyLock<Issuer> =
    LazyLock::new(|| Issuer::parse("http://localhost:9000").expect("an issuer"));

/// The application that does nothing.
pub(crate) fn application() -> Application {
    let nobody = Arc::new(Nobody);
    Application {
        discover: nobody.clone(),
        tokens: nobody.clone(),
        introspect: nobody.clone(),
        revoke: nobody.clone(),
        user_info: nobody.clone(),
        clients: nobody.clone(),
        authorize: nobody.clone(),
        sign_in: nobody.clone(),
        decide: nobody.clone(),
        account: nobody.clone(),
        end_session: nobody.clone(),
        probe: nobody,
    }
}

impl Discover for Nobody {
    fn issuer(&self) -> &Issuer {
        &ISSUER
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            scopes: Vec::new(),
            grant_types: EnabledGrants::default(),
            response_types: ResponseType::ALL.to_vec(),
            response_modes: ResponseMode::ALL.to_vec(),
            auth_methods: AuthMethod::ALL.to_vec(),
            prompts: Prompt::ALL.to_vec(),
            id_token_algorithms: Algorithm::ALL.to_vec(),
            registration: true,
        }
    }

    fn keys(&self) -> Arc<Vec<SigningKey>> {
        unreachable!()
    }

    fn protected_resource(&self, _: &str, _: Option<&str>) -> Option<domain::Resource> {
        unreachable!()
    }
}

#[async_trait]
impl IssueTokens for Nobody {
    async fn issue(&self, _: TokenRequest) -> Result<TokenSet, OAuthError> {
        unreachable!()
    }
}

#[async_trait]
impl Introspect for Nobody {
    async fn introspect(
        &self,
        _: ClientCredentials,
        _: Secret,
        _: &RequestSource,
    ) -> Result<Introspection, OAuthError> {
        unreachable!()
    }
}

#[async_trait]
impl Revoke for Nobody {
    async fn revoke(
        &self,
        _: ClientCredentials,
        _: Secret,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        unreachable!()
    }
}

#[async_trait]
impl UserInfo for Nobody {
    async fn claims(&self, _: Secret, _: &RequestSource) -> Result<UserInfoClaims, OAuthError> {
        unreachable!()
    }
}

#[async_trait]
impl RegisterClients for Nobody {
    async fn admit(&self, _: Option<&Secret>, _: &RequestSource) -> Result<(), OAuthError> {
        unreachable!()
    }

    async fn register(
        &self,
        _: Option<Secret>,
        _: RegistrationRequest,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        unreachable!()
    }

    async fn read(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        unreachable!()
    }

    async fn admit_change(
        &self,
        _: &ClientId,
        _: Option<&Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        unreachable!()
    }

    async fn update(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: Registration,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        unreachable!()
    }

    async fn delete(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        unreachable!()
    }
}

#[async_trait]
impl Probe for Nobody {
    async fn check(&self) -> Verdict {
        unreachable!()
    }
}

#[async_trait]
impl Authorize for Nobody {
    async fn begin(&self, _: AuthorizationParams, _: &Browser) -> Result<Begun, InteractionFault> {
        unreachable!()
    }
}

#[async_trait]
impl SignIn for Nobody {
    async fn begin(&self, _: &Browser) -> Result<SignInPage, InteractionFault> {
        unreachable!()
    }

    async fn restart(
        &self,
        _: &InteractionId,
        _: &Browser,
    ) -> Result<SignInPage, InteractionFault> {
        unreachable!()
    }

    async fn show(&self, _: &SealedRequest, _: &Browser) -> Result<SignInPage, InteractionFault> {
        unreachable!()
    }

    async fn sign_in(
        &self,
        _: &SealedRequest,
        _: &Browser,
        _: Credentials,
    ) -> Result<SignedIn, InteractionFault> {
        unreachable!()
    }

    async fn resume(&self, _: &SealedRequest, _: &Browser) -> Result<SignedIn, InteractionFault> {
        unreachable!()
    }

    async fn show_password(
        &self,
        _: &InteractionId,
        _: &Browser,
    ) -> Result<Shown<PasswordView>, InteractionFault> {
        unreachable!()
    }

    async fn choose_password(
        &self,
        _: &InteractionId,
        _: &Browser,
        _: Secret,
    ) -> Result<SignedIn, InteractionFault> {
        unreachable!()
    }
}

#[async_trait]
impl GiveConsent for Nobody {
    async fn show(
        &self,
        _: &InteractionId,
        _: &Browser,
    ) -> Result<Shown<ConsentView>, InteractionFault> {
        unreachable!()
    }

    async fn decide(
        &self,
        _: &InteractionId,
        _: &Browser,
        _: Decision,
    ) -> Result<Decided, InteractionFault> {
        unreachable!()
    }
}

#[async_trait]
impl ManageAccount for Nobody {
    async fn show(&self, _: &Browser) -> Result<Option<AccountView>, OAuthError> {
        unreachable!()
    }

    async fn withdraw(&self, _: &Browser, _: &ClientId) -> Result<(), OAuthError> {
        unreachable!()
    }

    async fn change_password(&self, _: &Browser, _: PasswordChange) -> Result<Changed, OAuthError> {
        unreachable!()
    }

    async fn change_profile(&self, _: &Browser, _: &str, _: &str) -> Result<Changed, OAuthError> {
        unreachable!()
    }

    async fn end_other_sessions(&self, _: &Browser) -> Result<(), OAuthError> {
        unreachable!()
    }

    async fn end_session(&self, _: &Browser, _: &SessionId) -> Result<(), OAuthError> {
        unreachable!()
    }
}

#[async_trait]
impl EndSession for Nobody {
    async fn request(&self, _: SignOutRequest, _: &Browser) -> Result<SignOut, OAuthError> {
        unreachable!()
    }

    async fn confirm(&self, _: SignOutRequest, _: &Browser) -> Result<SignOut, OAuthError> {
        unreachable!()
    }
}
