//! The metadata of this server (RFC 8414 §2, OIDC Discovery §3).

use domain::{Algorithm, AuthMethod, GrantType, Issuer, Prompt, ResponseMode, ResponseType};
use poem_openapi::Object;
use ports::inbound::Capabilities;

/// Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3). A member that does not
/// apply is left out.
#[derive(Debug, Object)]
#[expect(clippy::struct_excessive_bools, reason = "the RFCs have them")]
#[oai(rename = "ServerMetadata", skip_serializing_if_is_none)]
pub(super) struct Metadata {
    /// The issuer identifier: the `iss` of every token and of every authorization response.
    issuer: String,
    /// The URL of the authorization endpoint.
    authorization_endpoint: String,
    /// The URL of the token endpoint.
    token_endpoint: String,
    /// The URL of the JSON Web Key Set.
    jwks_uri: String,
    /// The URL of the client registration endpoint (RFC 7591). Left out if clients cannot register.
    registration_endpoint: Option<String>,
    /// The URL of the token introspection endpoint (RFC 7662).
    introspection_endpoint: String,
    /// The URL of the token revocation endpoint (RFC 7009).
    revocation_endpoint: String,
    /// The URL of the UserInfo endpoint (OIDC Core §5.3).
    userinfo_endpoint: String,
    /// The URL of the logout endpoint (OIDC RP-Initiated Logout §2.1).
    end_session_endpoint: String,
    /// The scopes that clients can request.
    scopes_supported: Vec<String>,
    /// The values of `response_type` that the authorization endpoint accepts.
    response_types_supported: Vec<String>,
    /// The values of `response_mode` that the authorization endpoint accepts.
    response_modes_supported: Vec<String>,
    /// The values of `grant_type` that the token endpoint accepts.
    grant_types_supported: Vec<String>,
    /// The subject identifier types. Always `public`: a person has the same `sub` for every client.
    subject_types_supported: Vec<String>,
    /// The algorithms that ID tokens are signed with.
    id_token_signing_alg_values_supported: Vec<String>,
    /// The client authentication methods of the token endpoint.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// The client authentication methods of the introspection endpoint. Public clients cannot use
    /// it.
    introspection_endpoint_auth_methods_supported: Vec<String>,
    /// The client authentication methods of the revocation endpoint.
    revocation_endpoint_auth_methods_supported: Vec<String>,
    /// The PKCE code challenge methods (RFC 7636).
    code_challenge_methods_supported: Vec<String>,
    /// The values of `prompt` that the authorization endpoint accepts.
    prompt_values_supported: Vec<String>,
    /// The claims that an ID token or the UserInfo response can have.
    claims_supported: Vec<String>,
    /// Always `true`: every authorization response has the parameter `iss` (RFC 9207).
    authorization_response_iss_parameter_supported: bool,
    /// Always `true`: the parameter `resource` is supported (RFC 8707).
    resource_indicators_supported: bool,
    /// Whether request objects are accepted by value, in `request` (OIDC Core §6.1).
    request_parameter_supported: bool,
    /// Whether request objects are accepted by reference, in `request_uri` (OIDC Core §6.2).
    request_uri_parameter_supported: bool,
    /// Whether the parameter `claims` is supported (OIDC Core §5.5).
    claims_parameter_supported: bool,
    /// The URL of the documentation of this server.
    service_documentation: String,
}

/// The claims that an ID token or the UserInfo response can have.
const CLAIMS: &[&str] = &[
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "at_hash",
    "amr",
    "sid",
    "name",
    "preferred_username",
    "email",
    "email_verified",
];

impl Metadata {
    /// The metadata of `issuer` with its capabilities.
    pub(super) fn new(issuer: &Issuer, can: &Capabilities) -> Self {
        let at = |path: &str| format!("{}{path}", issuer.base());
        let methods = names(&can.auth_methods, AuthMethod::as_str);
        let confidential = methods.iter().filter(|name| *name != AuthMethod::None.as_str());
        Self {
            issuer: issuer.to_string(),
            authorization_endpoint: at("/oauth/authorize"),
            token_endpoint: at("/oauth/token"),
            jwks_uri: at("/.well-known/jwks.json"),
            registration_endpoint: can.registration.then(|| at("/oauth/register")),
            introspection_endpoint: at("/oauth/introspect"),
            revocation_endpoint: at("/oauth/revoke"),
            userinfo_endpoint: at("/oauth/userinfo"),
            end_session_endpoint: at("/oauth/logout"),
            scopes_supported: can.scopes.clone(),
            response_types_supported: names(&can.response_types, ResponseType::as_str),
            response_modes_supported: names(&can.response_modes, ResponseMode::as_str),
            grant_types_supported: names(can.grant_types.as_slice(), GrantType::as_str),
            subject_types_supported: vec!["public".to_owned()],
            id_token_signing_alg_values_supported: names(
                &can.id_token_algorithms,
                Algorithm::as_str,
            ),
            introspection_endpoint_auth_methods_supported: confidential.cloned().collect(),
            revocation_endpoint_auth_methods_supported: methods.clone(),
            token_endpoint_auth_methods_supported: methods,
            code_challenge_methods_supported: vec!["S256".to_owned()],
            prompt_values_supported: names(&can.prompts, Prompt::as_str),
            claims_supported: CLAIMS.iter().map(|&name| name.to_owned()).collect(),
            authorization_response_iss_parameter_supported: true,
            resource_indicators_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            claims_parameter_supported: false,
            service_documentation: at("/docs"),
        }
    }
}

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<String> {
    all.iter().map(|&one| name(one).to_owned()).collect()
}
