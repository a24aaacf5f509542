//! Client authentication (OAuth 2.1 §2.4).

use base64::{Engine, prelude::BASE64_STANDARD};
use domain::{ClientCredentials, ClientId, ErrorCode, OAuthError, Secret, SecretMethod};
use percent_encoding::percent_decode_str;
use poem::http::{HeaderMap, header::AUTHORIZATION};
use poem_openapi::{Object, SecurityScheme, auth::Basic};
use serde::Deserialize;

use crate::body::malformed;

/// HTTP Basic authentication with the client identifier and the client secret, each encoded as
/// `application/x-www-form-urlencoded` before they are joined by a colon (OAuth 2.1 §2.4.1).
// poem-openapi's own extractor reads a malformed header as no header, and leaves the encoding that
// OAuth puts inside Basic; so it serves here for the document only.
#[derive(SecurityScheme)]
#[oai(ty = "basic", rename = "client_secret_basic")]
pub(crate) struct BasicScheme(#[expect(dead_code, reason = "only its schema is used")] Basic);

/// The credentials in `Authorization`; `None` if the header is absent (OAuth 2.1 §2.4.1).
///
/// # Errors
///
/// `invalid_client` if the header is malformed, or sent more than once.
pub(crate) fn credentials(headers: &HeaderMap) -> Result<Option<(ClientId, Secret)>, OAuthError> {
    let Authorization::Sent(header) = Authorization::of(headers) else { return Ok(None) };
    let malformed = OAuthError::new(ErrorCode::InvalidClient).hint("malformed Basic credentials");
    header.and_then(decode).map(Some).ok_or(malformed)
}

/// The `Authorization` header.
pub(crate) enum Authorization<'a> {
    /// The header is absent.
    Absent,
    /// The header is present; `None` if it is not text, or is sent more than once.
    Sent(Option<&'a str>),
}

impl<'a> Authorization<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let mut all = headers.get_all(AUTHORIZATION).iter();
        match all.next() {
            None => Self::Absent,
            Some(first) => Self::Sent(first.to_str().ok().filter(|_| all.next().is_none())),
        }
    }
}

fn decode(header: &str) -> Option<(ClientId, Secret)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some((ClientId::new(unescape(id)?), Secret::new(unescape(secret)?)))
}

fn unescape(raw: &str) -> Option<String> {
    let spaced = raw.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Into::into)
}

/// Client authentication in the request body (OAuth 2.1 §2.4.1, §3.2.1).
#[derive(Debug, Deserialize, Object)]
pub(crate) struct ClientParams {
    /// The identifier of the client. May be left out if the client authenticates with HTTP Basic.
    client_id: Option<String>,
    /// The client secret, for `client_secret_post`. Not allowed together with HTTP Basic.
    client_secret: Option<String>,
}

impl ClientParams {
    /// The credentials of the one method by which the client authenticates; two at once are refused
    /// (OAuth 2.1 §2.4).
    pub(crate) fn presented(
        self,
        basic: Option<(ClientId, Secret)>,
    ) -> Result<ClientCredentials, OAuthError> {
        let named = self.client_id.map(ClientId::new);
        match (basic, named, self.client_secret.map(Secret::new)) {
            (Some(_), _, Some(_)) => Err(malformed("the client sends its secret in two places")),
            (Some((client, secret)), named, None) => {
                if named.is_some_and(|named| named != client) {
                    return Err(malformed(
                        "`client_id` is not the client of the Basic credentials",
                    ));
                }
                let secret = Some(secret).filter(|secret| !secret.expose().is_empty());
                Ok(ClientCredentials { client, secret: secret.map(|it| (SecretMethod::Basic, it)) })
            }
            (None, Some(client), secret) => {
                Ok(ClientCredentials { client, secret: secret.map(|it| (SecretMethod::Post, it)) })
            }
            (None, None, _) => {
                Err(OAuthError::new(ErrorCode::InvalidClient)
                    .hint("the client does not say who it is"))
            }
        }
    }
}
