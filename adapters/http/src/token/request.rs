//! What a token request may ask, told apart by `grant_type`.

use domain::{CodeVerifier, ErrorCode, GrantType, OAuthError, RequestedAccess, Scope, Secret};
use poem_openapi::{Object, Union};
use ports::inbound::PresentedGrant;
use serde::Deserialize;

use crate::{basic::ClientParams, body::malformed, params::Params};

/// The grants this server honours.
#[derive(Debug, Union)]
#[oai(discriminator_name = "grant_type", one_of)]
pub(super) enum TokenRequest {
    #[oai(mapping = "authorization_code")]
    AuthorizationCode(AuthorizationCodeRequest),
    #[oai(mapping = "refresh_token")]
    RefreshToken(RefreshTokenRequest),
    #[oai(mapping = "client_credentials")]
    ClientCredentials(ClientCredentialsRequest),
}

impl TokenRequest {
    /// Reads the parameters of a request for this grant type.
    pub(super) fn of(grant: GrantType, params: Params) -> Result<Self, OAuthError> {
        match grant {
            GrantType::AuthorizationCode => params.parse().map(Self::AuthorizationCode),
            GrantType::RefreshToken => params.parse().map(Self::RefreshToken),
            GrantType::ClientCredentials => params.parse().map(Self::ClientCredentials),
        }
    }

    /// The client with its proof, and the grant that it presents.
    pub(super) fn into_parts(self) -> Result<(ClientParams, PresentedGrant), OAuthError> {
        Ok(match self {
            Self::AuthorizationCode(request) => {
                let grant = PresentedGrant::AuthorizationCode {
                    code: Secret::new(request.code),
                    verifier: CodeVerifier::parse(request.code_verifier)
                        .map_err(|error| malformed(error.to_string()).because(error))?,
                    redirect_uri: request.redirect_uri,
                    wanted: RequestedAccess {
                        // No specification defines it here, so nothing in it is an error.
                        scope: request.scope.and_then(|list| Scope::parse(&list).ok()),
                        resource: request.resource,
                    },
                };
                (request.client, grant)
            }
            Self::RefreshToken(request) => {
                let grant = PresentedGrant::RefreshToken {
                    refresh_token: Secret::new(request.refresh_token),
                    wanted: wanted(request.scope.as_deref(), request.resource)?,
                };
                (request.client, grant)
            }
            Self::ClientCredentials(request) => {
                let wanted = wanted(request.scope.as_deref(), request.resource)?;
                (request.client, PresentedGrant::ClientCredentials { wanted })
            }
        })
    }
}

fn wanted(scope: Option<&str>, resource: Vec<String>) -> Result<RequestedAccess, OAuthError> {
    let scope = scope.map(Scope::parse).transpose().map_err(|error| {
        OAuthError::new(ErrorCode::InvalidScope).hint(error.to_string()).because(error)
    })?;
    Ok(RequestedAccess { scope, resource })
}

/// OAuth 2.1 §4.1.3.
#[derive(Debug, Deserialize, Object)]
pub(super) struct AuthorizationCodeRequest {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// The code.
    code: String,
    /// The PKCE verifier: 43 to 128 unreserved characters (RFC 7636 §4.1).
    code_verifier: String,
    /// Where the code was sent. If it is given, it must be as in the authorization request.
    redirect_uri: Option<String>,
    /// A narrower scope. What of it was not granted is ignored.
    scope: Option<String>,
    /// The resources the access token is for, out of those that were approved (RFC 8707).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
}

/// OAuth 2.1 §4.3.
#[derive(Debug, Deserialize, Object)]
pub(super) struct RefreshTokenRequest {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// The refresh token.
    refresh_token: String,
    /// A narrower scope.
    scope: Option<String>,
    /// The resources the access token is for, out of those that were approved (RFC 8707).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
}

/// OAuth 2.1 §4.2.
#[derive(Debug, Deserialize, Object)]
pub(super) struct ClientCredentialsRequest {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// What is wanted. Absent: what the resource gives by default.
    scope: Option<String>,
    /// The resources the access token is for (RFC 8707).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
}
