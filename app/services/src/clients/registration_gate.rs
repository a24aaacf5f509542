//! The policy that says who registers clients.

use domain::{Digest, ErrorCode, OAuthError, Secret};

/// The policy that says who registers clients.
#[derive(Clone, Debug)]
pub enum RegistrationGate {
    /// Anybody.
    Open,
    /// Whoever holds one of these initial access tokens (RFC 7591 §3).
    Token(Vec<Digest>),
    /// Nobody.
    Closed,
}

impl RegistrationGate {
    /// Lets somebody register.
    ///
    /// # Errors
    ///
    /// `access_denied` where nobody may; `invalid_token` (RFC 6750 §3.1) without an initial access token.
    pub(crate) fn admit(&self, token: Option<&Secret>) -> Result<(), OAuthError> {
        match (self, token) {
            (Self::Open, _) => Ok(()),
            (Self::Closed, _) => Err(OAuthError::new(ErrorCode::AccessDenied)
                .hint("clients are registered by the operator here")),
            (Self::Token(known), Some(token))
                if known.iter().any(|digest| digest.matches(token)) =>
            {
                Ok(())
            }
            (Self::Token(_), _) => Err(OAuthError::new(ErrorCode::InvalidToken)
                .hint("registering needs an initial access token")),
        }
    }
}
