//! The closed list of ways to say no.

use std::{error::Error, time::Duration};

use crate::Exhausted;

/// An error a client may see, and the reason only the log may see.
#[derive(Debug, thiserror::Error)]
#[error("{}", code.as_str())]
pub struct OAuthError {
    /// The error code that the client is told.
    pub code: ErrorCode,
    /// A hint for the developer of the client, never a detail of ours.
    pub hint: Option<String>,
    /// The cause; it is logged and never sent.
    #[source]
    pub reason: Option<Box<dyn Error + Send + Sync>>,
    /// The time after which to ask again, if the request was refused only because there were too many
    /// (RFC 6585 §4).
    pub retry_after: Option<Duration>,
}

impl From<Exhausted> for OAuthError {
    fn from(exhausted: Exhausted) -> Self {
        let retry_after = Some(exhausted.retry_after);
        let error = Self::new(ErrorCode::TemporarilyUnavailable).hint(exhausted.to_string());
        Self { retry_after, ..error }
    }
}

impl OAuthError {
    /// The bare error.
    #[must_use]
    pub fn new(code: ErrorCode) -> Self {
        Self { code, hint: None, reason: None, retry_after: None }
    }

    /// The same, with a hint for the client's developer.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The same, remembering why.
    #[must_use]
    pub fn because(self, reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { reason: Some(reason.into()), ..self }
    }
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $wire:literal,)*) => {
        /// The `error` values this server returns.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorCode { $($(#[$doc])* $variant,)* }

        impl ErrorCode {
            /// Every code, for tests that must not miss one.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The value on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $wire,)* }
            }
        }
    };
}

error_codes! {
    /// Malformed: RFC 6749 §5.2.
    InvalidRequest = "invalid_request",
    /// Client authentication failed: RFC 6749 §5.2.
    InvalidClient = "invalid_client",
    /// The code or refresh token is no good: RFC 6749 §5.2.
    InvalidGrant = "invalid_grant",
    /// This client may not use this grant: RFC 6749 §5.2.
    UnauthorizedClient = "unauthorized_client",
    /// Not a grant we offer: RFC 6749 §5.2.
    UnsupportedGrantType = "unsupported_grant_type",
    /// Unknown or excessive scope: RFC 6749 §5.2.
    InvalidScope = "invalid_scope",
    /// Unknown or unlawful resource: RFC 8707 §2.
    InvalidTarget = "invalid_target",
    /// The resource owner said no: RFC 6749 §4.1.2.1.
    AccessDenied = "access_denied",
    /// Only `code` is offered: OAuth 2.1 §4.1.2.1.
    UnsupportedResponseType = "unsupported_response_type",
    /// `prompt=none`, and nobody is signed in: OIDC Core §3.1.2.6.
    LoginRequired = "login_required",
    /// `prompt=none`, and not everything was allowed before: OIDC Core §3.1.2.6.
    ConsentRequired = "consent_required",
    /// The `request` parameter is not offered: OIDC Core §3.1.2.6.
    RequestNotSupported = "request_not_supported",
    /// The `request_uri` parameter is not offered: OIDC Core §3.1.2.6.
    RequestUriNotSupported = "request_uri_not_supported",
    /// A redirect URI that may not be registered: RFC 7591 §3.2.2.
    InvalidRedirectUri = "invalid_redirect_uri",
    /// Any other metadata that may not be registered: RFC 7591 §3.2.2.
    InvalidClientMetadata = "invalid_client_metadata",
    /// A software statement we do not read: RFC 7591 §3.2.2.
    InvalidSoftwareStatement = "invalid_software_statement",
    /// The bearer token is no good: RFC 6750 §3.1.
    InvalidToken = "invalid_token",
    /// The bearer token does not reach this far: RFC 6750 §3.1.
    InsufficientScope = "insufficient_scope",
    /// Ours: RFC 6749 §4.1.2.1.
    ServerError = "server_error",
    /// Ours, and passing: RFC 6749 §4.1.2.1.
    TemporarilyUnavailable = "temporarily_unavailable",
}
