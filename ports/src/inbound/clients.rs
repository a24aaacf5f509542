//! The registration endpoint (RFC 7591) and the client configuration endpoint (RFC 7592).

use async_trait::async_trait;
use domain::{Client, ClientId, OAuthError, RegistrationRequest, RequestSource, Secret};

/// Dynamic client registration.
#[async_trait]
pub trait RegisterClients: Send + Sync {
    /// Checks whether a registration is allowed, before the body of the request is read. `token` is
    /// the initial access token, if one was sent.
    ///
    /// # Errors
    ///
    /// `invalid_token` or `access_denied`; or a refusal with `retry_after`, for an address that has
    /// registered or changed too much.
    async fn admit(&self, token: Option<&Secret>, origin: &RequestSource)
    -> Result<(), OAuthError>;

    /// Registers a client (RFC 7591 §3.1). `token` is the initial access token, if one was sent.
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

    /// Reads a registration (RFC 7592 §2.1). `token` is the registration access token.
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

    /// Checks whether a change is allowed, before the body of the request is read. `token` is the
    /// registration access token.
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

    /// Replaces the metadata of a client (RFC 7592 §2.2).
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

    /// Deletes a registration, and revokes all tokens of the client (RFC 7592 §2.3).
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

/// The body of an update request (RFC 7592 §2.2).
#[derive(Debug)]
pub struct Registration {
    /// `client_id`, which must be that of the client.
    pub client_id: Option<ClientId>,
    /// `client_secret`, which must be that of the client if it is sent.
    pub client_secret: Option<Secret>,
    /// The new metadata.
    pub request: RegistrationRequest,
}

/// The registration as the client gets it back. The secrets are present only if they have just been
/// generated: the server keeps no copy.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// The new `client_secret`; `None` if none was generated.
    pub client_secret: Option<Secret>,
    /// `registration_access_token`: a new one after a registration, otherwise the one that was
    /// presented.
    pub registration_access_token: Secret,
}
