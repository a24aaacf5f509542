//! The back channel, which these tests leave alone.

use async_trait::async_trait;
use domain::{ClientCredentials, ClientId, OAuthError, RegistrationRequest, RequestSource, Secret};
use ports::inbound::{
    Introspect, Introspection, IssueTokens, Probe, RegisterClients, Registered, Registration,
    Revoke, TokenRequest, TokenSet, UserInfo, UserInfoClaims, Verdict,
};

/// Nobody is there.
pub(crate) struct Nobody;

#[async_trait]
impl IssueTokens for Nobody {
    async fn issue(&self, _: TokenRequest) -> Result<TokenSet, OAuthError> {
        unreachable!("nobody asks")
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
        unreachable!("nobody asks")
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
        unreachable!("nobody asks")
    }
}

#[async_trait]
impl UserInfo for Nobody {
    async fn claims(&self, _: Secret, _: &RequestSource) -> Result<UserInfoClaims, OAuthError> {
        unreachable!("nobody asks")
    }
}

#[async_trait]
impl RegisterClients for Nobody {
    async fn admit(&self, _: Option<&Secret>, _: &RequestSource) -> Result<(), OAuthError> {
        unreachable!("nobody asks")
    }

    async fn register(
        &self,
        _: Option<Secret>,
        _: RegistrationRequest,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        unreachable!("nobody asks")
    }

    async fn read(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        unreachable!("nobody asks")
    }

    async fn admit_change(
        &self,
        _: &ClientId,
        _: Option<&Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        unreachable!("nobody asks")
    }

    async fn update(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: Registration,
        _: &RequestSource,
    ) -> Result<Registered, OAuthError> {
        unreachable!("nobody asks")
    }

    async fn delete(
        &self,
        _: &ClientId,
        _: Option<Secret>,
        _: &RequestSource,
    ) -> Result<(), OAuthError> {
        unreachable!("nobody asks")
    }
}

#[async_trait]
impl Probe for Nobody {
    async fn check(&self) -> Verdict {
        Verdict::Ready
    }
}
