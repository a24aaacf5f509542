//! The client metadata of a request (RFC 7591 §2).

use domain::{ClientId, DescriptiveMetadata, ErrorCode, OAuthError, RegistrationRequest, Secret};
use poem_openapi::{Object, types::Example};
use ports::inbound::Registration;
use serde::Deserialize;
use serde_json::Value;

/// The client metadata of a request (RFC 7591 §2). A member that is `null` counts as absent.
#[derive(Debug, Default, Deserialize, Object)]
#[oai(rename = "ClientMetadata", example, skip_serializing_if_is_none)]
pub(super) struct ClientMetadata {
    /// The redirect URIs.
    redirect_uris: Option<Vec<String>>,
    /// The URIs that a person may be sent to after signing out (OIDC RP-Initiated Logout §3.1).
    post_logout_redirect_uris: Option<Vec<String>>,
    /// The client authentication method: `client_secret_basic`, which is the default,
    /// `client_secret_post` or `none`. If another is requested, the response says which one was
    /// registered.
    token_endpoint_auth_method: Option<String>,
    /// All client authentication methods that the client can use, from which the server chooses if
    /// it does not support `token_endpoint_auth_method` (OIDC RP Metadata Choices §2).
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// The grant types that the client will use. Default: `authorization_code` and `refresh_token`.
    /// Those that cannot be registered are left out of the response.
    grant_types: Option<Vec<String>>,
    /// The response types. Only `code` is supported.
    response_types: Option<Vec<String>>,
    /// The application type: `web` or `native` (OIDC Registration §2).
    application_type: Option<String>,
    /// The algorithm that ID tokens for the client are signed with: `RS256` or `ES256`. If another
    /// is requested, the server's own algorithm is registered (OIDC Registration §2).
    id_token_signed_response_alg: Option<String>,
    /// The scopes that the client can ever request, separated by spaces.
    scope: Option<String>,
    /// The display name of the client.
    client_name: Option<String>,
    /// The URL of the client's home page.
    client_uri: Option<String>,
    /// The URL of the client's logo.
    logo_uri: Option<String>,
    /// The URL of the client's terms of service.
    tos_uri: Option<String>,
    /// The URL of the client's privacy policy.
    policy_uri: Option<String>,
    /// The contacts for the client, usually e-mail addresses.
    contacts: Option<Vec<String>>,
    /// The URL of the client's JSON Web Key Set.
    jwks_uri: Option<String>,
    /// The client's JSON Web Key Set.
    jwks: Option<Value>,
    /// The identifier of the software that the client is an instance of.
    software_id: Option<String>,
    /// The version of that software.
    software_version: Option<String>,
    /// A software statement. Not supported: a request that has one is refused.
    software_statement: Option<String>,
    /// In an update: the identifier of the client itself (RFC 7592 §2.2).
    client_id: Option<String>,
    /// In an update: the current client secret, which may be left out (RFC 7592 §2.2).
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
    /// Converts the metadata into a request to register.
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

    /// Converts the metadata into a request to replace a registration.
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

/// Checks that a JSON Web Key Set is an object with an array of objects in `keys` (RFC 7517 §5).
fn key_set(jwks: &Value) -> Result<String, OAuthError> {
    let keys = jwks.get("keys").and_then(Value::as_array);
    if keys.is_some_and(|keys| keys.iter().all(Value::is_object)) {
        return Ok(jwks.to_string());
    }
    Err(OAuthError::new(ErrorCode::InvalidClientMetadata).hint("`jwks` must be a JWK set"))
}
