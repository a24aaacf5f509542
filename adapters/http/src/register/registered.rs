//! The registration response (RFC 7591 §3.2.1, RFC 7592 §3).

use domain::{ClientMetadata, GrantType, RedirectUri, ResponseType};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem_openapi::Object;
use ports::inbound::Registered;
use serde_json::Value;

/// Every character that would end or change a segment of a path (RFC 3986 §2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A registration response (RFC 7591 §3.2.1).
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub(super) struct RegisteredClient {
    /// The identifier of the client.
    client_id: String,
    /// The client secret, if it has just been issued.
    client_secret: Option<String>,
    /// The time of the registration, in seconds since 1970-01-01 UTC.
    client_id_issued_at: i64,
    /// The time at which the client secret expires, in seconds since 1970-01-01 UTC; `0` if it
    /// never does.
    client_secret_expires_at: Option<i64>,
    /// The access token for reading, updating and deleting this registration (RFC 7592).
    registration_access_token: String,
    /// The URL at which this registration is read, updated and deleted (RFC 7592).
    registration_client_uri: String,
    /// The client authentication method.
    token_endpoint_auth_method: String,
    #[oai(flatten)]
    metadata: RegisteredMetadata,
}

impl RegisteredClient {
    /// `uri` is the URL of registrations, up to the client's identifier.
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

/// The registered client metadata (RFC 7591 §2).
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
struct RegisteredMetadata {
    /// The redirect URIs.
    redirect_uris: Vec<String>,
    /// The URIs that a person may be sent to after signing out.
    post_logout_redirect_uris: Vec<String>,
    /// The grant types that the client may use.
    grant_types: Vec<String>,
    /// The response types that the client may request.
    response_types: Vec<String>,
    /// The application type: `web` or `native`.
    application_type: Option<String>,
    /// The algorithm that ID tokens for the client are signed with.
    id_token_signed_response_alg: Option<String>,
    /// The scopes that the client can ever be granted, separated by spaces. Left out if they are
    /// not restricted.
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
    /// The contacts for the client.
    contacts: Vec<String>,
    /// The URL of the client's JSON Web Key Set.
    jwks_uri: Option<String>,
    /// The client's JSON Web Key Set.
    jwks: Option<Value>,
    /// The identifier of the software that the client is an instance of.
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
