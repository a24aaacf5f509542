//! The back channel: what clients and resource servers ask.

use async_trait::async_trait;
use domain::{
    AccessClaims, ClientCredentials, CodeVerifier, Grant, GrantType, OAuthError, PersonClaims,
    RequestSource, RequestedAccess, Scope, Secret, SubjectId, Timestamp,
};

/// Trades grants for tokens (OAuth 2.1 §3.2).
#[async_trait]
pub trait IssueTokens: Send + Sync {
    /// Honours one grant.
    ///
    /// # Errors
    ///
    /// The error to send to the client.
    async fn issue(&self, request: TokenRequest) -> Result<TokenSet, OAuthError>;
}

/// A request to the token endpoint.
#[derive(Debug)]
pub struct TokenRequest {
    /// The client that asks, and its proof.
    pub client: ClientCredentials,
    /// The grant that it presents.
    pub grant: PresentedGrant,
    /// Where the request came from.
    pub origin: RequestSource,
}

/// A grant, as presented. Adding a variant breaks every `match` that must care.
#[derive(Debug)]
pub enum PresentedGrant {
    /// OAuth 2.1 §4.1.3.
    AuthorizationCode {
        /// The code.
        code: Secret,
        /// The PKCE verifier.
        verifier: CodeVerifier,
        /// Where the code was sent, if the client says so.
        redirect_uri: Option<String>,
        /// What to narrow.
        wanted: RequestedAccess,
    },
    /// OAuth 2.1 §4.3.
    RefreshToken {
        /// The refresh token.
        refresh_token: Secret,
        /// What to narrow.
        wanted: RequestedAccess,
    },
    /// OAuth 2.1 §4.2.
    ClientCredentials {
        /// What is wanted.
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

/// What the client gets.
#[derive(Debug)]
pub struct TokenSet {
    /// The access token.
    pub access_token: Secret,
    /// Seconds it lives.
    pub expires_in: u64,
    /// The refresh token, if the client may refresh.
    pub refresh_token: Option<Secret>,
    /// The ID token, if `openid` was granted.
    pub id_token: Option<Secret>,
    /// What was granted.
    pub scope: Scope,
}

/// Says what a token is worth (RFC 7662).
#[async_trait]
pub trait Introspect: Send + Sync {
    /// Looks at one token on behalf of a confidential client. Who may not know gets
    /// [`Introspection::Inactive`].
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

/// What a token is worth.
#[derive(Debug)]
pub enum Introspection {
    /// Nothing, or nothing that the caller may know of.
    Inactive,
    /// A live access token.
    Access {
        /// What it says.
        claims: Box<AccessClaims>,
        /// The person's user name.
        username: Option<String>,
    },
    /// A live refresh token.
    Refresh {
        /// What it stands for.
        grant: Box<Grant>,
        /// When it can no longer be used.
        expires_at: Timestamp,
        /// The person's user name.
        username: Option<String>,
    },
}

/// Ends tokens (RFC 7009).
#[async_trait]
pub trait Revoke: Send + Sync {
    /// Ends one token of the client's own, of either kind. A token that is unknown, dead or
    /// another's changes nothing and is no error (RFC 7009 §2.2).
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

/// Tells a client about the person who signed in (OIDC Core §5.3).
#[async_trait]
pub trait UserInfo: Send + Sync {
    /// The claims that the access token's scope reaches.
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

/// What a client learns of a person (OIDC Core §5.3.2).
#[derive(Debug)]
pub struct UserInfoClaims {
    /// `sub`.
    pub subject: SubjectId,
    /// The rest.
    pub person: PersonClaims,
}

/// What this server can do, as far as its metadata tells (RFC 8414 §2). Read from the same lists
/// that the application dispatches on.
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
