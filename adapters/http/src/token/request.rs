//! The token request, whose type depends on `grant_type`.

use std::sync::Arc;

use domain::{
    CodeVerifier, EnabledGrants, ErrorCode, GrantType, OAuthError, RequestedAccess, Scope, Secret,
};
use poem::Request;
use poem_openapi::{Object, Union};
use ports::inbound::PresentedGrant;
use serde::Deserialize;

use crate::{basic::ClientParams, body::malformed, client_request::ClientForm, params::Params};

/// A token request, whose parameters depend on `grant_type` (OAuth 2.1 §3.2.2).
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

impl ClientForm for TokenRequest {
    type Content = PresentedGrant;

    /// `unsupported_grant_type` comes before every other objection to the form.
    fn read(params: Params, request: &Request) -> Result<Self, OAuthError> {
        let grants = request.data::<Arc<EnabledGrants>>().cloned().unwrap_or_default();
        match grants.requested(params.require("grant_type")?)? {
            GrantType::AuthorizationCode => params.parse().map(Self::AuthorizationCode),
            GrantType::RefreshToken => params.parse().map(Self::RefreshToken),
            GrantType::ClientCredentials => params.parse().map(Self::ClientCredentials),
        }
    }

    fn into_parts(self) -> Result<(ClientParams, PresentedGrant), OAuthError> {
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

/// A token request with an authorization code (OAuth 2.1 §4.1.3).
#[derive(Debug, Deserialize, Object)]
pub(super) struct AuthorizationCodeRequest {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// The authorization code.
    code: String,
    /// The PKCE code verifier: 43 to 128 unreserved characters (RFC 7636 §4.1).
    code_verifier: String,
    /// The redirect URI that the code was sent to. If present, it must be the one of the
    /// authorization request.
    redirect_uri: Option<String>,
    /// The scopes of the access token, separated by spaces: some of the granted ones. Others are
    /// ignored. Default: all that were granted.
    scope: Option<String>,
    /// The resources that the access token is for, out of those that were granted (RFC 8707).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
}

/// A token request with a refresh token (OAuth 2.1 §4.3).
#[derive(Debug, Deserialize, Object)]
pub(super) struct RefreshTokenRequest {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// The refresh token.
    refresh_token: String,
    /// The scopes of the access token, separated by spaces: some of the granted ones. Default: all
    /// that were granted.
    scope: Option<String>,
    /// The resources that the access token is for, out of those that were granted (RFC 8707).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
}

/// A token request of a client for itself (OAuth 2.1 §4.2).
#[derive(Debug, Deserialize, Object)]
pub(super) struct ClientCredentialsRequest {
    #[serde(flatten)]
    #[oai(flatten)]
    client: ClientParams,
    /// The requested scopes, separated by spaces. Default: the default scopes of the resource.
    scope: Option<String>,
    /// The resources that the access token is for (RFC 8707).
    #[serde(default)]
    #[oai(default)]
    resource: Vec<String>,
}
