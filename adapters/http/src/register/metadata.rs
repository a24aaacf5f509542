//! What a client says about itself (RFC 7591 §2).

use domain::{ClientId, DescriptiveMetadata, ErrorCode, OAuthError, RegistrationRequest, Secret};
use poem_openapi::{Object, types::Example};
use ports::inbound::Registration;
use serde::Deserialize;
use serde_json::Value;

/// RFC 7591 §2. A member that is `null` counts as absent.
#[derive(Debug, Default, Deserialize, Object)]
#[oai(rename = "ClientMetadata", example, skip_serializing_if_is_none)]
pub(super) struct ClientMetadata {
    /// Where it may be answered.
    redirect_uris: Option<Vec<String>>,
    /// Where a person may be sent after signing out (OIDC RP-Initiated Logout §3.1).
    post_logout_redirect_uris: Option<Vec<String>>,
    /// `client_secret_basic`, which is the default, `client_secret_post` or `none`. The answer says what
    /// a client got that asks for another.
    token_endpoint_auth_method: Option<String>,
    /// Every method it can use, for the server to choose from if it does not offer the one above
    /// (OIDC RP Metadata Choices §2).
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// The grants it will use. Default: `authorization_code` and `refresh_token`. Those that cannot be
    /// registered here are left out; the answer lists what it got.
    grant_types: Option<Vec<String>>,
    /// Only `code` is offered.
    response_types: Option<Vec<String>>,
    /// `web` or `native` (OIDC Registration §2).
    application_type: Option<String>,
    /// What its ID tokens are signed with: `RS256` or `ES256`. In place of any other, the server's
    /// own is registered (OIDC Registration §2).
    id_token_signed_response_alg: Option<String>,
    /// The most it will ever ask for, separated by spaces.
    scope: Option<String>,
    /// What to call it.
    client_name: Option<String>,
    /// Its home page.
    client_uri: Option<String>,
    /// Its logo.
    logo_uri: Option<String>,
    /// Its terms of service.
    tos_uri: Option<String>,
    /// Its privacy policy.
    policy_uri: Option<String>,
    /// Whom to write to.
    contacts: Option<Vec<String>>,
    /// Where its keys are.
    jwks_uri: Option<String>,
    /// Its keys: a JWK set.
    jwks: Option<Value>,
    /// The software it is an instance of.
    software_id: Option<String>,
    /// The version of that software.
    software_version: Option<String>,
    /// Not read here: a request that has one is refused.
    software_statement: Option<String>,
    /// In an update: the client itself (RFC 7592 §2.2).
    client_id: Option<String>,
    /// In an update: its secret, if it is sent at all (RFC 7592 §2.2).
    client_secret: Option<String>,
}

impl Example for ClientMetadata {
    fn example() -> Self {
        Self {
            client_name: Some("Field notes".to_owned()),
            redirect_uris: Some(vec!["http://127.0.0.1/callback".to_owned()]),
            token_endpoint_auth_method: Some("none".to_owned()),
            scope: Some("openid".to_owned()),
            ..Self::default()
        }
    }
}

impl ClientMetadata {
    /// A request to register.
    pub(super) fn into_request(
        self,
        page: Option<String>,
    ) -> Result<RegistrationRequest, OAuthError> {
        Ok(RegistrationRequest {
            redirect_uris: self.redirect_uris.unwrap_or_default(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.unwrap_or_default(),
            token_endpoint_auth_method: self.token_endpoint_auth_method,
            token_endpoint_auth_methods_supported: self
                .token_endpoint_auth_methods_supported
                .unwrap_or_default(),
            grant_types: self.grant_types,
            response_types: self.response_types,
            application_type: self.application_type,
            id_token_signed_response_alg: self.id_token_signed_response_alg,
            scope: self.scope,
            software_statement: self.software_statement,
            described: DescriptiveMetadata {
                client_name: self.client_name,
                client_uri: self.client_uri,
                logo_uri: self.logo_uri,
                tos_uri: self.tos_uri,
                policy_uri: self.policy_uri,
                contacts: self.contacts.unwrap_or_default(),
                jwks_uri: self.jwks_uri,
                jwks: self.jwks.as_ref().map(key_set).transpose()?,
                software_id: self.software_id,
                software_version: self.software_version,
            },
            page,
        })
    }

    /// A request to replace a registration.
    pub(super) fn into_registration(
        mut self,
        page: Option<String>,
    ) -> Result<Registration, OAuthError> {
        Ok(Registration {
            client_id: self.client_id.take().map(ClientId::new),
            client_secret: self.client_secret.take().map(Secret::new),
            request: self.into_request(page)?,
        })
    }
}

/// A JWK set is an object with a list of objects in `keys` (RFC 7517 §5).
fn key_set(jwks: &Value) -> Result<String, OAuthError> {
    let keys = jwks.get("keys").and_then(Value::as_array);
    if keys.is_some_and(|keys| keys.iter().all(Value::is_object)) {
        return Ok(jwks.to_string());
    }
    Err(OAuthError::new(ErrorCode::InvalidClientMetadata).hint("`jwks` must be a JWK set"))
}
