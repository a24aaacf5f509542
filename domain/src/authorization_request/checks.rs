//! The checks whose errors go to the client, one for each parameter.

use std::time::Duration;

use super::{AuthorizationParams, Prompt};
use crate::{
    Catalog, Client, ErrorCode, OAuthError, Pkce, ResourceUri, ResponseMode, ResponseType, Scope,
};

fn malformed(hint: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest).hint(hint)
}

pub(super) fn check_kind(request: &AuthorizationParams) -> Result<(), OAuthError> {
    if let Some(name) = &request.repeated {
        return Err(malformed(format!("`{name}` is given more than once")));
    }
    if request.request.is_some() {
        return Err(OAuthError::new(ErrorCode::RequestNotSupported)
            .hint("request objects are not read here: send the parameters"));
    }
    if request.request_uri.is_some() {
        return Err(OAuthError::new(ErrorCode::RequestUriNotSupported)
            .hint("request objects are not fetched: send the parameters"));
    }
    let Some(kind) = request.response_type.as_deref() else {
        return Err(malformed("`response_type` is missing"));
    };
    if ResponseType::from_wire(kind).is_none() {
        return Err(OAuthError::new(ErrorCode::UnsupportedResponseType)
            .hint("`response_type` must be `code`"));
    }
    match request.response_mode.as_deref() {
        Some(mode) if ResponseMode::from_wire(mode).is_none() => {
            Err(malformed("`response_mode` must be `query` or `form_post`"))
        }
        _ => Ok(()),
    }
}

/// The most bytes that `state` and the redirect URI may take together in the address that the browser
/// is sent back to. With the code and the issuer, that address fits into the 4 kB that a proxy reads of
/// a response's headers by default.
const LONGEST_RETURN: usize = 2800;

/// The most bytes that each of the other parameters may have.
const LONGEST: [(&str, usize); 4] =
    [("nonce", 1024), ("login_hint", 320), ("scope", 2048), ("resource", 2048)];

/// Whether `state` can be sent back. If it cannot, it is left out of the answer that says so.
pub(super) fn check_state(
    request: &AuthorizationParams,
    redirect_uri: &str,
) -> Result<(), OAuthError> {
    let state = request.state.as_deref().map_or(0, encoded_length);
    if redirect_uri.len() + state <= LONGEST_RETURN || state == 0 {
        return Ok(());
    }
    let left = LONGEST_RETURN.saturating_sub(redirect_uri.len());
    Err(malformed(format!(
        "`state` takes {state} bytes in an address; beside this redirect URI it may take {left}"
    )))
}

/// The number of bytes that a value takes in a query: a byte that RFC 3986 §3.4 does not allow there, or
/// that separates parameters, takes three.
fn encoded_length(value: &str) -> usize {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || PLAIN_IN_QUERY.contains(&byte);
    value.bytes().map(|byte| if is_plain(byte) { 1 } else { 3 }).sum()
}

/// The characters, beside letters and digits, that need no encoding in the value of a query parameter.
pub const PLAIN_IN_QUERY: &[u8] = b"-._~!$'()*,;:@/?";

/// Refuses parameters that are too long for a browser to carry, or to be stored.
pub(super) fn check_lengths(request: &AuthorizationParams) -> Result<(), OAuthError> {
    let lengths = [
        request.nonce.as_deref().map_or(0, str::len),
        request.login_hint.as_deref().map_or(0, str::len),
        request.scope.as_deref().map_or(0, str::len),
        request.resource.iter().map(String::len).sum(),
    ];
    for ((name, longest), length) in LONGEST.into_iter().zip(lengths) {
        if length > longest {
            return Err(malformed(format!("`{name}` is longer than {longest} bytes")));
        }
    }
    Ok(())
}

/// PKCE is required, and only `S256` will do (OAuth 2.1 §4.1.1). An absent method means `plain`
/// (RFC 7636 §4.3).
pub(super) fn check_pkce(request: &AuthorizationParams) -> Result<Pkce, OAuthError> {
    let Some(challenge) = &request.code_challenge else {
        return Err(malformed("`code_challenge` is missing: PKCE is required"));
    };
    match request.code_challenge_method.as_deref() {
        Some("S256") => Pkce::parse(challenge).map_err(|error| malformed(error.to_string())),
        _ => Err(malformed("`code_challenge_method` must be `S256`")),
    }
}

pub(super) fn check_scope(
    request: &AuthorizationParams,
    client: &Client,
    catalog: &Catalog,
    resources: &[ResourceUri],
) -> Result<Scope, OAuthError> {
    let Some(list) = &request.scope else {
        return Ok(client.ceiling(&catalog.default_scope(resources)));
    };
    let refuse = |hint: String| OAuthError::new(ErrorCode::InvalidScope).hint(hint);
    let asked = Scope::parse(list).map_err(|error| refuse(error.to_string()))?;
    let known = catalog.grantable(&asked, resources);
    let unknown = asked.without(&known);
    // An authentication request may ask for what not every provider has (OIDC Core §3.1.2.1).
    if !unknown.is_empty() && !asked.contains(Scope::OPENID) {
        return Err(refuse(format!("not offered for this resource: {unknown}")));
    }
    let excess = known.without(&client.ceiling(&known));
    if !excess.is_empty() {
        return Err(refuse(format!("this client may not ask for: {excess}")));
    }
    Ok(known)
}

pub(super) fn check_prompt(request: &AuthorizationParams) -> Result<Vec<Prompt>, OAuthError> {
    let names =
        request.prompt.as_deref().unwrap_or_default().split(' ').filter(|name| !name.is_empty());
    let parse =
        |name| Prompt::from_wire(name).ok_or_else(|| malformed("`prompt` has an unknown value"));
    let prompts = names.map(parse).collect::<Result<Vec<_>, _>>()?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(malformed("`prompt` has `none` together with another value"));
    }
    Ok(prompts)
}

pub(super) fn check_max_age(request: &AuthorizationParams) -> Result<Option<Duration>, OAuthError> {
    let parse = |seconds: &str| {
        seconds
            .parse()
            .map(Duration::from_secs)
            .map_err(|_| malformed("`max_age` must be a whole number of seconds"))
    };
    request.max_age.as_deref().map(parse).transpose()
}
