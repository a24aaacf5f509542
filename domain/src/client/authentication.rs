//! Client authentication (OAuth 2.1 §2.4).

use super::{AuthMethod, Client, ClientState, Credential, SecretMethod};
use crate::{Actor, ClientId, ErrorCode, OAuthError, Secret};

/// The identifier and secret that a request presents. Neither has been checked.
#[derive(Clone, Debug)]
pub struct ClientCredentials {
    /// `client_id`.
    pub client: ClientId,
    /// Its proof, if it sent one, and where it put it.
    pub secret: Option<(SecretMethod, Secret)>,
}

impl Client {
    /// Checks a proof of who is calling. Only the registered method will do (OAuth 2.1 §2.4).
    ///
    /// # Errors
    ///
    /// A [`AuthenticationError`]; the caller learns no more than that it failed, unless it holds the
    /// secret.
    pub fn authenticate(&self, presented: &ClientCredentials) -> Result<(), AuthenticationError> {
        match (&self.credential, &presented.secret) {
            (Credential::Public, None) => {}
            (Credential::Public, Some(_)) => return Err(AuthenticationError::NotConfidential),
            (Credential::Secret { .. }, None) => return Err(AuthenticationError::NoSecret),
            (Credential::Secret { method, digest }, Some((used, secret))) => {
                if !digest.matches(secret) {
                    return Err(AuthenticationError::WrongSecret);
                }
                if method != used {
                    return Err(AuthenticationError::WrongMethod(self.auth_method()));
                }
            }
        }
        self.check_active()
    }

    /// The actor of a request that has passed [`Client::authenticate`]: anybody can pass for a public
    /// client.
    #[must_use]
    pub fn usual_actor(&self) -> Actor {
        match self.credential {
            Credential::Public => Actor::Anonymous,
            Credential::Secret { .. } => Actor::Client,
        }
    }

    /// Whether it may do anything at all.
    ///
    /// # Errors
    ///
    /// [`AuthenticationError::Suspended`].
    pub fn check_active(&self) -> Result<(), AuthenticationError> {
        match self.state {
            ClientState::Active => Ok(()),
            ClientState::Suspended => Err(AuthenticationError::Suspended),
        }
    }
}

/// The reason why a client was not authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthenticationError {
    /// Nobody of that name.
    #[error("the client is not registered")]
    Unknown,
    /// A confidential client sent no secret.
    #[error("the client sent no secret")]
    NoSecret,
    /// A public client sent a secret, which nobody gave it.
    #[error("the client is public, but sent a secret")]
    NotConfidential,
    /// The wrong secret.
    #[error("the client secret is wrong")]
    WrongSecret,
    /// The right secret in the wrong place.
    #[error("the client is registered for `{}`", .0.as_str())]
    WrongMethod(AuthMethod),
    /// An operator has stopped it.
    #[error("the client is suspended")]
    Suspended,
}

impl From<AuthenticationError> for OAuthError {
    /// Whoever holds the secret is told which method to use; a stranger is told nothing.
    fn from(reason: AuthenticationError) -> Self {
        let hint = match reason {
            AuthenticationError::WrongMethod(method) => {
                format!("this client must authenticate with `{}`", method.as_str())
            }
            AuthenticationError::NotConfidential => {
                "this client is public and must not send a secret".to_owned()
            }
            AuthenticationError::Unknown
            | AuthenticationError::NoSecret
            | AuthenticationError::WrongSecret
            | AuthenticationError::Suspended => "client authentication failed".to_owned(),
        };
        Self::new(ErrorCode::InvalidClient).hint(hint).because(reason)
    }
}
