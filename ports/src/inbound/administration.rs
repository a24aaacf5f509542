//! Administration of accounts and clients, as the command line calls it.

use async_trait::async_trait;
use domain::{
    Algorithm, AuthMethod, Client, ClientId, GrantType, MalformedUsername, OAuthError, Secret,
    Timestamp, User,
};

use crate::Page;

/// Administration of accounts.
#[async_trait]
pub trait AdministerUsers: Send + Sync {
    /// Whether there is no account yet.
    ///
    /// # Errors
    ///
    /// [`AdminError::Failed`].
    async fn is_empty(&self) -> Result<bool, AdminError>;

    /// Creates an account. If no password is given, a one-time password is made and returned.
    ///
    /// # Errors
    ///
    /// [`AdminError::Taken`] or [`AdminError::Username`].
    async fn add(&self, user: NewUser) -> Result<Option<OneTimePassword>, AdminError>;

    /// Replaces a person's password, and revokes their sessions and tokens. If no password is
    /// given, a one-time password is made and returned.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`].
    async fn set_password(
        &self,
        username: &str,
        password: Option<Secret>,
    ) -> Result<Option<OneTimePassword>, AdminError>;

    /// Disables an account and revokes its sessions and tokens, or enables it again.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`].
    async fn set_enabled(&self, username: &str, enabled: bool) -> Result<(), AdminError>;

    /// Changes the user name, the name or the e-mail address of an account.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`], [`AdminError::Taken`], [`AdminError::Username`] or
    /// [`AdminError::Refused`].
    async fn update(&self, username: &str, change: UserChange) -> Result<(), AdminError>;

    /// Deletes an account, and revokes its sessions and tokens. The audit record keeps the person's
    /// events, under the `sub` of their tokens.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`].
    async fn delete(&self, username: &str) -> Result<(), AdminError>;

    /// Reads a page of accounts, in the order of user names.
    ///
    /// # Errors
    ///
    /// [`AdminError::Failed`].
    async fn list(&self, page: Page<String>) -> Result<Vec<User>, AdminError>;
}

/// An account to be created.
#[derive(Debug)]
pub struct NewUser {
    /// The user name.
    pub username: String,
    /// The person's name (`name`); `None` leaves it empty.
    pub name: Option<String>,
    /// The person's e-mail address, taken to be verified; `None` leaves it empty.
    pub email: Option<String>,
    /// The password; `None` asks for a one-time password.
    pub password: Option<Secret>,
}

/// A generated password that is good for one sign-in. It is shown once and stored only as a hash.
#[derive(Debug)]
pub struct OneTimePassword {
    /// The password.
    pub password: Secret,
    /// The time from which the password is refused.
    pub expires_at: Timestamp,
}

/// A change of an account. `None` leaves a value as it is; an empty text removes it.
#[derive(Debug, Default)]
pub struct UserChange {
    /// The new user name.
    pub username: Option<String>,
    /// The new name (`name`).
    pub name: Option<String>,
    /// The new e-mail address, taken to be verified.
    pub email: Option<String>,
}

/// Administration of clients. Clients of the configuration are changed in the configuration; here
/// they can only be suspended.
#[async_trait]
pub trait AdministerClients: Send + Sync {
    /// Registers a client.
    ///
    /// # Errors
    ///
    /// [`AdminError::Refused`] says what to change.
    async fn add(&self, draft: ClientDraft) -> Result<CreatedClient, AdminError>;

    /// Reads a page of clients: those of the configuration first, then the others in the order of
    /// their identifiers.
    ///
    /// # Errors
    ///
    /// [`AdminError::Failed`].
    async fn list(&self, page: Page<ClientId>) -> Result<Vec<Client>, AdminError>;

    /// Reads one client.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`].
    async fn show(&self, id: &ClientId) -> Result<Client, AdminError>;

    /// Replaces the secret of a confidential client. The former secret is refused from then on.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`], [`AdminError::Configured`] or [`AdminError::Public`].
    async fn rotate_secret(&self, id: &ClientId) -> Result<Secret, AdminError>;

    /// Suspends a client, or ends its suspension. A client of the configuration stays suspended
    /// until the suspension is ended here.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`].
    async fn set_suspended(&self, id: &ClientId, suspended: bool) -> Result<(), AdminError>;

    /// Deletes a client, and revokes all of its tokens.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`] or [`AdminError::Configured`].
    async fn delete(&self, id: &ClientId) -> Result<(), AdminError>;
}

/// The metadata of a client that an operator registers.
#[derive(Debug)]
pub struct ClientDraft {
    /// The `client_id`; `None` has one generated.
    pub id: Option<ClientId>,
    /// The display name (`client_name`).
    pub name: Option<String>,
    /// The client authentication method (`token_endpoint_auth_method`).
    pub auth_method: AuthMethod,
    /// The grant types it may use (`grant_types`).
    pub grant_types: Vec<GrantType>,
    /// The redirect URIs (`redirect_uris`).
    pub redirect_uris: Vec<String>,
    /// The URIs that a logout may redirect to (`post_logout_redirect_uris`).
    pub post_logout_redirect_uris: Vec<String>,
    /// The scopes that it may be granted, separated by spaces (`scope`); `None` does not restrict
    /// them.
    pub scope: Option<String>,
    /// The resources (RFC 8707) that it may ask for; `None` does not restrict them.
    pub resources: Option<Vec<String>>,
    /// The algorithm of its ID tokens (`id_token_signed_response_alg`); `None` takes the one that
    /// the server prefers.
    pub id_token_algorithm: Option<Algorithm>,
}

/// A client that was just created, with the secret that is not stored and cannot be shown again.
#[derive(Debug)]
pub struct CreatedClient {
    /// The client.
    pub client: Client,
    /// The client secret; `None` for a public client.
    pub secret: Option<Secret>,
}

/// The reasons for which an administrative request fails.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// No account has this user name.
    #[error("there is no user `{0}`")]
    NoSuchUser(String),
    /// No client has this identifier.
    #[error("there is no client `{0}`")]
    NoSuchClient(String),
    /// The user name or client identifier is in use.
    #[error("`{0}` is taken")]
    Taken(String),
    /// A client with this identifier was deleted so recently that tokens issued to it could still
    /// be valid.
    #[error("a client `{0}` was deleted not long ago; choose another name")]
    RecentlyDeleted(String),
    /// The text is not a valid user name.
    #[error(transparent)]
    Username(#[from] MalformedUsername),
    /// The client is defined in the configuration, which is the only place to change it.
    #[error("the client `{0}` is in the configuration: change it there")]
    Configured(String),
    /// The client is public and has no secret.
    #[error("the client `{0}` is public: it has no secret")]
    Public(String),
    /// The metadata are not accepted; the text says what to change.
    #[error("{0}")]
    Refused(String),
    /// The store or another part of the server failed.
    #[error("the database does not answer: {0}")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<OAuthError> for AdminError {
    fn from(error: OAuthError) -> Self {
        match error.hint {
            Some(hint) => Self::Refused(hint),
            None => Self::Refused(error.code.as_str().to_owned()),
        }
    }
}
