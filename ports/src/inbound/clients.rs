//! Clients that register and manage themselves (RFC 7591, RFC 7592).

use async_trait::async_trait;
use domain::{Client, ClientId, OAuthError, RegistrationRequest, RequestSource, Secret};

/// Registers clients.
#[async_trait]
pub trait RegisterClients: Send + Sync {
    /// Whether somebody may register at all, which is asked before the request is read. `token` is the
    /// initial access token, if one was sent.
    ///
    /// # Errors
    ///
    /// `invalid_token` or `access_denied`; or a refusal with `retry_after`, for an address that has
    /// registered or changed too much.
    async fn admit(&self, token: Option<&Secret>, origin: &RequestSource)
    -> Result<(), OAuthError>;

    /// Registers a client (RFC 7591 §3.1). `token` is the initial access token, if it sent one.
    ///
    /// # Errors
    ///
    /// `invalid_redirect_uri`, `invalid_client_metadata`, `invalid_token` or `access_denied`.
    async fn register(
        &self,
        token: Option<Secret>,
        request: RegistrationRequest,
        origin: &RequestSource,
    ) -> Result<Registered, OAuthError>;

    /// What is registered (RFC 7592 §2.1). `token` is the registration access token.
    ///
    /// # Errors
    ///
    /// `invalid_token`.
    async fn read(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        origin: &RequestSource,
    ) -> Result<Registered, OAuthError>;

    /// Whether somebody may change a registration at all, which is asked before the request is read.
    /// `token` is the registration access token.
    ///
    /// # Errors
    ///
    /// `invalid_token` or `access_denied`; or a refusal with `retry_after`, for an address that has
    /// registered or changed too much.
    async fn admit_change(
        &self,
        id: &ClientId,
        token: Option<&Secret>,
        origin: &RequestSource,
    ) -> Result<(), OAuthError>;

    /// Replaces what is registered (RFC 7592 §2.2).
    ///
    /// # Errors
    ///
    /// `invalid_token`, `invalid_redirect_uri`, `invalid_client_metadata` or `access_denied`; or a
    /// refusal with `retry_after`.
    async fn update(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        registration: Registration,
        origin: &RequestSource,
    ) -> Result<Registered, OAuthError>;

    /// Ends the registration, and with it every token of the client (RFC 7592 §2.3).
    ///
    /// # Errors
    ///
    /// `invalid_token`.
    async fn delete(
        &self,
        id: &ClientId,
        token: Option<Secret>,
        origin: &RequestSource,
    ) -> Result<(), OAuthError>;
}

/// A request to replace a registration.
#[derive(Debug)]
pub struct Registration {
    /// Must be the client's own.
    pub client_id: Option<ClientId>,
    /// Must be the client's own, if it is sent.
    pub client_secret: Option<Secret>,
    /// What to register instead.
    pub request: RegistrationRequest,
}

/// What a client learns of its registration. The secrets are there only when they have just been
/// made: no copy of them is kept.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its new secret.
    pub client_secret: Option<Secret>,
    /// Its registration access token: new after a registration, and otherwise as presented.
    pub registration_access_token: Secret,
}
