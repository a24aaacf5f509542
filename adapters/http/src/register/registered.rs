//! What a client learns of its registration (RFC 7591 §3.2.1, RFC 7592 §3).

use domain::{ClientMetadata, GrantType, RedirectUri, ResponseType};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem_openapi::Object;
use ports::inbound::Registered;
use serde_json::Value;

/// Everything that would end or change a segment of a path (RFC 3986 §2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// RFC 7591 §3.2.1.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct RegisteredClient {
    /// The client.
    client_id: String,
    /// Its secret, if it has just been made.
    client_secret: Option<String>,
    /// When it was registered.
    client_id_issued_at: i64,
    /// When the secret ends: `0` for never.
    client_secret_expires_at: Option<i64>,
    /// What it manages itself with.
    registration_access_token: String,
    /// Where it manages itself.
    registration_client_uri: String,
    /// How it proves who it is.
    token_endpoint_auth_method: String,
    #[oai(flatten)]
    metadata: RegisteredMetadata,
}

impl RegisteredClient {
    /// `uri` is where registrations are managed, up to the client's identifier.
    pub(super) fn new(registered: Registered, uri: &str) -> Self {
        let Registered { client, client_secret, registration_access_token } = registered;
        let encoded = utf8_percent_encode(client.id.as_str(), SEGMENT);
        Self {
            client_secret_expires_at: client_secret.is_some().then_some(0),
            client_secret: client_secret.map(|secret| secret.expose().to_owned()),
            client_id_issued_at: client.created_at.as_unix(),
            registration_access_token: registration_access_token.expose().to_owned(),
            registration_client_uri: format!("{uri}{encoded}"),
            token_endpoint_auth_method: client.auth_method().as_str().to_owned(),
            client_id: client.id.to_string(),
            metadata: client.metadata.into(),
        }
    }
}

/// RFC 7591 §2, as it is registered.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct RegisteredMetadata {
    /// Where it may be answered.
    redirect_uris: Vec<String>,
    /// Where a person may be sent after signing out.
    post_logout_redirect_uris: Vec<String>,
    /// The grants it may use.
    grant_types: Vec<String>,
    /// What the authorization endpoint may answer it with.
    response_types: Vec<String>,
    /// `web` or `native`.
    application_type: Option<String>,
    /// What its ID tokens are signed with.
    id_token_signed_response_alg: Option<String>,
    /// The most it may ever be granted. Absent: not restricted.
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
    contacts: Vec<String>,
    /// Where its keys are.
    jwks_uri: Option<String>,
    /// Its keys.
    jwks: Option<Value>,
    /// The software it is an instance of.
    software_id: Option<String>,
    /// The version of that software.
    software_version: Option<String>,
}

impl From<ClientMetadata> for RegisteredMetadata {
    fn from(metadata: ClientMetadata) -> Self {
        let by_code = metadata.grant_types.contains(&GrantType::AuthorizationCode);
        let response_types = ResponseType::ALL.iter().filter(|_| by_code);
        Self {
            redirect_uris: uris(&metadata.redirect_uris),
            post_logout_redirect_uris: uris(&metadata.post_logout_redirect_uris),
            grant_types: metadata.grant_types.iter().map(|it| it.as_str().to_owned()).collect(),
            response_types: response_types.map(|it| it.as_str().to_owned()).collect(),
            application_type: metadata.application_type.map(|it| it.as_str().to_owned()),
            id_token_signed_response_alg: metadata
                .id_token_algorithm
                .map(|it| it.as_str().to_owned()),
            scope: metadata.scope.map(|scope| scope.to_string()),
            client_name: metadata.client_name,
            client_uri: metadata.client_uri,
            logo_uri: metadata.logo_uri,
            tos_uri: metadata.tos_uri,
            policy_uri: metadata.policy_uri,
            contacts: metadata.contacts,
            jwks_uri: metadata.jwks_uri,
            jwks: metadata.jwks.and_then(|jwks| serde_json::from_str(&jwks).ok()),
            software_id: metadata.software_id,
            software_version: metadata.software_version,
        }
    }
}

fn uris(uris: &[RedirectUri]) -> Vec<String> {
    uris.iter().map(ToString::to_string).collect()
}
