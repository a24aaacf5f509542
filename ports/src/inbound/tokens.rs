//! The endpoints that clients and resource servers call directly: token, introspection, revocation,
//! userinfo.

use async_trait::async_trait;
use domain::{
    AccessClaims, ClientCredentials, CodeVerifier, Grant, GrantType, OAuthError, PersonClaims,
    RequestSource, RequestedAccess, Scope, Secret, SubjectId, Timestamp,
};

/// The token endpoint (OAuth 2.1 §3.2).
#[async_trait]
pub trait IssueTokens: Send + Sync {
    /// Checks the grant and issues tokens for it.
    ///
    /// # Errors
    ///
    /// The error to send to the client.
    async fn issue(&self, request: TokenRequest) -> Result<TokenSet, OAuthError>;
}

/// A request to the token endpoint.
#[derive(Debug)]
pub struct TokenRequest {
    /// The credentials of the client.
    pub client: ClientCredentials,
    /// The grant that the client presents.
    pub grant: PresentedGrant,
    /// The address of the client and the proxies in between.
    pub origin: RequestSource,
}

/// The grant of a token request (`grant_type`), with its parameters.
#[derive(Debug)]
pub enum PresentedGrant {
    /// `authorization_code` (OAuth 2.1 §4.1.3).
    AuthorizationCode {
        /// `code`.
        code: Secret,
        /// `code_verifier` (RFC 7636 §4.5).
        verifier: CodeVerifier,
        /// `redirect_uri`, if the client sends it.
        redirect_uri: Option<String>,
        /// `scope` and `resource`, to narrow the grant.
        wanted: RequestedAccess,
    },
    /// `refresh_token` (OAuth 2.1 §4.3).
    RefreshToken {
        /// `refresh_token`.
        refresh_token: Secret,
        /// `scope` and `resource`, to narrow the grant.
        wanted: RequestedAccess,
    },
    /// `client_credentials` (OAuth 2.1 §4.2).
    ClientCredentials {
        /// `scope` and `resource`.
        wanted: RequestedAccess,
    },
}

impl PresentedGrant {
    /// The grant type that the request named by `grant_type`.
    #[must_use]
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
    }
}

/// The token response (OAuth 2.1 §3.2.3).
#[derive(Debug)]
pub struct TokenSet {
    /// `access_token`.
    pub access_token: Secret,
    /// `expires_in`: the lifetime of the access token, in seconds.
    pub expires_in: u64,
    /// `refresh_token`, if the client may refresh.
    pub refresh_token: Option<Secret>,
    /// `id_token`, if `openid` was granted.
    pub id_token: Option<Secret>,
    /// `scope`: the scope that was granted.
    pub scope: Scope,
}

/// The introspection endpoint (RFC 7662).
#[async_trait]
pub trait Introspect: Send + Sync {
    /// Reads the state of one token for a confidential client. A client that may not know of the
    /// token gets [`Introspection::Inactive`].
    ///
    /// # Errors
    ///
    /// `invalid_client`, or that something of ours broke.
    async fn introspect(
        &self,
        client: ClientCredentials,
        token: Secret,
        origin: &RequestSource,
    ) -> Result<Introspection, OAuthError>;
}

/// The state of a token.
#[derive(Debug)]
pub enum Introspection {
    /// The token is not valid, or the client may not know of it.
    Inactive,
    /// A valid access token.
    Access {
        /// The claims of the token.
        claims: Box<AccessClaims>,
        /// The person's user name (`username`); `None` if the token is the client's own.
        username: Option<String>,
    },
    /// A valid refresh token.
    Refresh {
        /// The grant behind the token.
        grant: Box<Grant>,
        /// The time from which the token is refused (`exp`).
        expires_at: Timestamp,
        /// The person's user name (`username`).
        username: Option<String>,
    },
}

/// The revocation endpoint (RFC 7009).
#[async_trait]
pub trait Revoke: Send + Sync {
    /// Revokes one token of the client, of either kind. A token that is unknown, expired or another
    /// client's changes nothing and is no error (RFC 7009 §2.2).
    ///
    /// # Errors
    ///
    /// `invalid_client`, or that something of ours broke.
    async fn revoke(
        &self,
        client: ClientCredentials,
        token: Secret,
        origin: &RequestSource,
    ) -> Result<(), OAuthError>;
}

/// The userinfo endpoint (OIDC Core §5.3).
#[async_trait]
pub trait UserInfo: Send + Sync {
    /// Reads the claims that the scope of the access token covers.
    ///
    /// # Errors
    ///
    /// `invalid_token` or `insufficient_scope` (RFC 6750 §3.1).
    async fn claims(
        &self,
        access_token: Secret,
        origin: &RequestSource,
    ) -> Result<UserInfoClaims, OAuthError>;
}

/// The userinfo response (OIDC Core §5.3.2).
#[derive(Debug)]
pub struct UserInfoClaims {
    /// `sub`.
    pub subject: SubjectId,
    /// The claims about the person.
    pub person: PersonClaims,
}

/// The features of this server, as its metadata lists them (RFC 8414 §2). They are read from the
/// same lists that the application dispatches on.
#[derive(Clone, Debug)]
pub struct Capabilities {
    /// `scopes_supported`.
    pub scopes: Vec<String>,
    /// `grant_types_supported`.
    pub grant_types: domain::EnabledGrants,
    /// `response_types_supported`.
    pub response_types: Vec<domain::ResponseType>,
    /// `response_modes_supported`.
    pub response_modes: Vec<domain::ResponseMode>,
    /// `token_endpoint_auth_methods_supported`.
    pub auth_methods: Vec<domain::AuthMethod>,
    /// `prompt_values_supported`.
    pub prompts: Vec<domain::Prompt>,
    /// `id_token_signing_alg_values_supported`, the preferred one first.
    pub id_token_algorithms: Vec<domain::Algorithm>,
    /// Whether clients may register themselves.
    pub registration: bool,
}
