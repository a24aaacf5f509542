//! The way back to the client.

use crate::{OAuthError, RedirectUri, ResponseMode, Secret};

/// The address that the answer to a request goes to. Made only by
/// [`crate::AuthorizationParams::check_redirect_uri`], or read back from where it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The client's redirect URI, as the request had it.
    pub redirect_uri: RedirectUri,
    /// `response_mode`: by the query of a redirect, or by a form.
    pub response_mode: ResponseMode,
    /// Returned untouched.
    pub state: Option<String>,
}

impl Callback {
    /// Takes an error to the client (OAuth 2.1 §4.1.2.1).
    #[must_use]
    pub fn refuse(self, error: OAuthError) -> AuthorizationResponse {
        AuthorizationResponse { to: self, outcome: Err(error), client: None }
    }

    /// Takes a code to the client (OAuth 2.1 §4.1.2).
    #[must_use]
    pub fn grant(self, code: Secret) -> AuthorizationResponse {
        AuthorizationResponse { to: self, outcome: Ok(code), client: None }
    }
}

/// An answer to the client, by way of the browser.
#[derive(Debug)]
pub struct AuthorizationResponse {
    /// The address that it goes to.
    pub to: Callback,
    /// A code, or why not.
    pub outcome: Result<Secret, OAuthError>,
    /// The name of the client, for a page that the person may see on the way.
    pub client: Option<String>,
}

impl AuthorizationResponse {
    /// The same, with what to call the client.
    #[must_use]
    pub fn named(self, client: String) -> Self {
        Self { client: Some(client), ..self }
    }
}
