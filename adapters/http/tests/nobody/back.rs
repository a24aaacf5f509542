//! The use cases behind the back channel, which are not available.

use async_trait::async_trait;
use domain::{ClientCredentials, ClientId, OAuthError, RegistrationRequest, RequestSource, Secret};
use ports::inbound::{
    Introspect, Introspection, IssueTokens, Probe, RegisterClients, Registered, Registration,
    Revoke, TokenRequest, TokenSet, UserInfo, UserInfoClaims, Verdict,
};

use super::{Nobody, nobody};

#[async_trait]
impl IssueTokens for Nobody {
    async fn issue(&self, _: TokenRequest) -> Result<TokenSet, OAuthError> {
        Err(nobody())
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
        Err(nobody())
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
        Err(nobody())
    }
}

#[async_trait]
impl UserInfo for Nobody {
    async fn claims(&self, _: Secret, _: &RequestSource) -> Result<UserInfoClaims, OAuthError> {
        Err(nobody())
    }
}

#[async_trait]
impl RegisterClients for Nobody {
    async fn admit(&self, _: Option<&Secret>, _: &RequestSource) -> Result<(), OAuthError> {
        Err(nobody())
    }

    async fn register(
        &self,
        _: Option<Secret>,
        _: RegistrationRequest,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        Err(nobody())
    }

    async fn read(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        Err(nobody())
    }

    async fn admit_change(
        &self,
        _: &ClientId,
        _: Option<&Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        Err(nobody())
    }

    async fn update(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: Registration,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        Err(nobody())
    }

    async fn delete(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        Err(nobody())
    }
}

#[async_trait]
impl Probe for Nobody {
    async fn check(&self) -> Verdict {
        Verdict::Ready
    }
}
