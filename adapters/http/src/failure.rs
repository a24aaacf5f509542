//! The error responses of the back channel.

use domain::{ErrorCode, OAuthError};
use poem_openapi::{ApiResponse, Object};

use crate::payload::Json;

/// A request that cannot be read, regardless of its endpoint.
#[derive(Debug)]
pub(crate) enum Unreadable {
    /// The body has more bytes than this limit.
    TooLarge(usize),
    /// The parameters or members are malformed.
    Malformed(OAuthError),
}

impl From<OAuthError> for Unreadable {
    fn from(error: OAuthError) -> Self {
        Self::Malformed(error)
    }
}

/// An OAuth error response (RFC 6749 §5.2).
#[derive(Debug, Object)]
#[oai(rename = "OAuthError", skip_serializing_if_is_none)]
pub(crate) struct ErrorBody {
    /// The error code.
    error: String,
    /// An explanation for the developer of the client. It may change; do not parse it.
    error_description: Option<String>,
}

impl ErrorBody {
    pub(crate) fn new(code: ErrorCode, hint: Option<&str>) -> Json<Self> {
        Json(Self {
            error: code.as_str().to_owned(),
            error_description: hint.map(|hint| printable(hint).collect()),
        })
    }

    fn too_large(limit: usize) -> Json<Self> {
        let hint = format!("the body has more than {limit} bytes");
        Self::new(ErrorCode::InvalidRequest, Some(&hint))
    }
}

/// The characters of `hint` that are allowed in an `error_description` (RFC 6749 §5.2), at most 400
/// of them.
pub(crate) fn printable(hint: &str) -> impl Iterator<Item = char> {
    let lawful = |c| matches!(c, ' '..='~') && c != '\\';
    hint.chars().take(400).map(move |c| match c {
        '"' => '\'',
        c if lawful(c) => c,
        _ => '?',
    })
}

/// The failures of endpoints with client authentication. One variant per status: poem-openapi would
/// otherwise write the same key twice into the document.
#[derive(Debug, ApiResponse)]
pub(crate) enum OAuthFailure {
    /// The request or the grant in it is invalid (RFC 6749 §5.2). The member `error` says why.
    #[oai(status = 400)]
    Refused(Json<ErrorBody>),
    /// Client authentication failed (`invalid_client`).
    #[oai(status = 401)]
    Unauthenticated(Json<ErrorBody>, #[oai(header = "WWW-Authenticate")] String),
    /// The request body is larger than 64 KiB.
    #[oai(status = 413)]
    TooLarge(Json<ErrorBody>),
    /// Too many requests. `Retry-After` says after how many seconds to try again.
    #[oai(status = 429)]
    Limited(Json<ErrorBody>, #[oai(header = "Retry-After")] u64),
    /// An internal error. The reason is in the log of the server.
    #[oai(status = 500)]
    Broken(Json<ErrorBody>),
    /// A dependency such as the database is unavailable. `Retry-After` says after how many seconds
    /// to try again.
    #[oai(status = 503)]
    Busy(Json<ErrorBody>, #[oai(header = "Retry-After")] u64),
}

impl From<OAuthError> for OAuthFailure {
    fn from(error: OAuthError) -> Self {
        use ErrorCode as Code;
        log(&error);
        let body = ErrorBody::new(error.code, error.hint.as_deref());
        match error.code {
            Code::InvalidClient => {
                Self::Unauthenticated(body, r#"Basic realm="portcullis", charset="UTF-8""#.into())
            }
            Code::ServerError => Self::Broken(body),
            Code::TemporarilyUnavailable => match error.retry_after {
                Some(wait) => Self::Limited(body, wait.as_secs()),
                None => Self::Busy(body, SOON),
            },
            Code::InvalidRequest
            | Code::InvalidGrant
            | Code::UnauthorizedClient
            | Code::UnsupportedGrantType
            | Code::InvalidScope
            | Code::InvalidTarget
            | Code::AccessDenied
            | Code::UnsupportedResponseType
            | Code::LoginRequired
            | Code::ConsentRequired
            | Code::RequestNotSupported
            | Code::RequestUriNotSupported
            | Code::InvalidRedirectUri
            | Code::InvalidClientMetadata
            | Code::InvalidSoftwareStatement
            | Code::InvalidToken
            | Code::InsufficientScope => Self::Refused(body),
        }
    }
}

impl From<Unreadable> for OAuthFailure {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::TooLarge(limit) => Self::TooLarge(ErrorBody::too_large(limit)),
            Unreadable::Malformed(error) => error.into(),
        }
    }
}

/// The failures of endpoints that take a bearer token (RFC 6750 §3).
#[derive(Debug, ApiResponse)]
pub(crate) enum BearerFailure {
    /// The request is invalid. `WWW-Authenticate` is present if the access token or its
    /// transmission is at fault (RFC 6750 §3.1).
    #[oai(status = 400)]
    Refused(Json<ErrorBody>, #[oai(header = "WWW-Authenticate")] Option<String>),
    /// The bearer token is missing, expired, revoked or invalid (`invalid_token`, RFC 6750 §3.1).
    #[oai(status = 401)]
    Unauthenticated(Json<ErrorBody>, #[oai(header = "WWW-Authenticate")] String),
    /// The bearer token does not permit the request (`insufficient_scope` or `access_denied`).
    #[oai(status = 403)]
    Forbidden(Json<ErrorBody>, #[oai(header = "WWW-Authenticate")] String),
    /// The request body is larger than 64 KiB.
    #[oai(status = 413)]
    TooLarge(Json<ErrorBody>),
    /// Too many requests. `Retry-After` says after how many seconds to try again.
    #[oai(status = 429)]
    Limited(Json<ErrorBody>, #[oai(header = "Retry-After")] u64),
    /// An internal error. The reason is in the log of the server.
    #[oai(status = 500)]
    Broken(Json<ErrorBody>),
    /// A dependency such as the database is unavailable. `Retry-After` says after how many seconds
    /// to try again.
    #[oai(status = 503)]
    Busy(Json<ErrorBody>, #[oai(header = "Retry-After")] u64),
}

impl BearerFailure {
    /// The failure of a request without a token. Its challenge carries no error (RFC 6750 §3.1).
    pub(crate) fn missing() -> Self {
        let body = ErrorBody::new(ErrorCode::InvalidToken, Some("there is no bearer token"));
        Self::Unauthenticated(body, r#"Bearer realm="portcullis""#.to_owned())
    }
}

impl From<OAuthError> for BearerFailure {
    fn from(error: OAuthError) -> Self {
        use ErrorCode as Code;
        log(&error);
        let body = ErrorBody::new(error.code, error.hint.as_deref());
        match error.code {
            Code::InvalidToken => Self::Unauthenticated(body, challenge(&error)),
            Code::InsufficientScope | Code::AccessDenied => {
                Self::Forbidden(body, challenge(&error))
            }
            Code::ServerError => Self::Broken(body),
            Code::TemporarilyUnavailable => match error.retry_after {
                Some(wait) => Self::Limited(body, wait.as_secs()),
                None => Self::Busy(body, SOON),
            },
            Code::InvalidRequest => Self::Refused(body, Some(challenge(&error))),
            Code::InvalidClient
            | Code::InvalidGrant
            | Code::UnauthorizedClient
            | Code::UnsupportedGrantType
            | Code::InvalidScope
            | Code::InvalidTarget
            | Code::UnsupportedResponseType
            | Code::LoginRequired
            | Code::ConsentRequired
            | Code::RequestNotSupported
            | Code::RequestUriNotSupported
            | Code::InvalidRedirectUri
            | Code::InvalidClientMetadata
            | Code::InvalidSoftwareStatement => Self::Refused(body, None),
        }
    }
}

impl From<Unreadable> for BearerFailure {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::TooLarge(limit) => Self::TooLarge(ErrorBody::too_large(limit)),
            Unreadable::Malformed(error) => error.into(),
        }
    }
}

/// The challenge for a token that was sent but is not sufficient (RFC 6750 §3).
fn challenge(error: &OAuthError) -> String {
    let code = error.code.as_str();
    let hint: String = error.hint.iter().flat_map(|hint| printable(hint)).collect();
    match hint.as_str() {
        "" => format!(r#"Bearer realm="portcullis", error="{code}""#),
        _ => format!(r#"Bearer realm="portcullis", error="{code}", error_description="{hint}""#),
    }
}

/// The value of `Retry-After` when a dependency is unavailable, in seconds: long enough to connect
/// to the database again.
pub(crate) const SOON: u64 = 2;

/// Logs the reason of a refusal, which the response does not reveal.
pub(crate) fn log(error: &OAuthError) {
    let code = error.code.as_str();
    match error.code {
        // A flood of refusals must not become a flood of lines.
        ErrorCode::TemporarilyUnavailable if error.retry_after.is_some() => {
            tracing::debug!(code, hint = ?error.hint, "limited");
        }
        ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable => {
            tracing::error!(code, reason = ?error.reason, "failed");
        }
        _ => tracing::debug!(code, hint = ?error.hint, reason = ?error.reason, "refused"),
    }
}
