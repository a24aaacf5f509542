//! The metadata of this server (RFC 8414 §2, OIDC Discovery §3).

use domain::{Algorithm, AuthMethod, GrantType, Issuer, Prompt, ResponseMode, ResponseType};
use poem_openapi::Object;
use ports::inbound::Capabilities;

/// RFC 8414 §2. What is not offered is absent.
#[derive(Debug, Object)]
#[expect(clippy::struct_excessive_bools, reason = "the RFCs have them")]
#[oai(rename = "ServerMetadata", skip_serializing_if_is_none)]
pub(super) struct Metadata {
    /// Who this server is: the `iss` of every token and every answer.
    issuer: String,
    /// Where people are asked.
    authorization_endpoint: String,
    /// Where grants are traded for tokens.
    token_endpoint: String,
    /// The keys that verify tokens.
    jwks_uri: String,
    /// Where clients register, if they may.
    registration_endpoint: Option<String>,
    /// Where tokens are looked at (RFC 7662).
    introspection_endpoint: String,
    /// Where tokens are ended (RFC 7009).
    revocation_endpoint: String,
    /// Where clients learn who signed in (OIDC Core §5.3).
    userinfo_endpoint: String,
    /// Where people are signed out (OIDC RP-Initiated Logout §2.1).
    end_session_endpoint: String,
    /// Every scope that can be had.
    scopes_supported: Vec<String>,
    /// What the authorization endpoint may be asked for.
    response_types_supported: Vec<String>,
    /// How its answers travel.
    response_modes_supported: Vec<String>,
    /// The grants.
    grant_types_supported: Vec<String>,
    /// A person has one `sub` for all clients.
    subject_types_supported: Vec<String>,
    /// What ID tokens are signed with.
    id_token_signing_alg_values_supported: Vec<String>,
    /// How clients may authenticate.
    token_endpoint_auth_methods_supported: Vec<String>,
    /// How they may to look at tokens: not as public clients.
    introspection_endpoint_auth_methods_supported: Vec<String>,
    /// How they may to end tokens.
    revocation_endpoint_auth_methods_supported: Vec<String>,
    /// How code challenges may be made (RFC 7636).
    code_challenge_methods_supported: Vec<String>,
    /// How people may be asked.
    prompt_values_supported: Vec<String>,
    /// What an ID token or the `UserInfo` endpoint may tell.
    claims_supported: Vec<String>,
    /// Every answer names the issuer (RFC 9207).
    authorization_response_iss_parameter_supported: bool,
    /// Tokens can be had for resources (RFC 8707).
    resource_indicators_supported: bool,
    /// OIDC Core §6.1.
    request_parameter_supported: bool,
    /// OIDC Core §6.2.
    request_uri_parameter_supported: bool,
    /// OIDC Core §5.5.
    claims_parameter_supported: bool,
    /// The documentation of this server.
    service_documentation: String,
}

/// What an ID token or the `UserInfo` endpoint may tell.
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
    /// What `issuer` can do.
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
