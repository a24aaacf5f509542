//! What an operator does from the command line.

use async_trait::async_trait;
use domain::{
    Algorithm, AuthMethod, Client, ClientId, GrantType, MalformedUsername, OAuthError, Secret,
    Timestamp, User,
};

use crate::outbound::Page;

/// Looks after people's accounts.
#[async_trait]
pub trait AdministerUsers: Send + Sync {
    /// Whether there is no account yet.
    ///
    /// # Errors
    ///
    /// [`AdminError::Failed`].
    async fn is_empty(&self) -> Result<bool, AdminError>;

    /// Makes an account. Without a password it gets a one-time password, which is returned.
    ///
    /// # Errors
    ///
    /// [`AdminError::Taken`] or [`AdminError::Username`].
    async fn add(&self, user: NewUser) -> Result<Option<OneTimePassword>, AdminError>;

    /// Gives a person another password, and ends everything they hold. Without one they get a
    /// one-time password, which is returned.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`].
    async fn set_password(
        &self,
        username: &str,
        password: Option<Secret>,
    ) -> Result<Option<OneTimePassword>, AdminError>;

    /// Stops a person and ends everything they hold, or lets them sign in again.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`].
    async fn set_enabled(&self, username: &str, enabled: bool) -> Result<(), AdminError>;

    /// Changes what an account says of a person.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`], [`AdminError::Taken`], [`AdminError::Username`] or
    /// [`AdminError::Refused`].
    async fn update(&self, username: &str, change: UserChange) -> Result<(), AdminError>;

    /// Deletes an account, and ends everything the person holds. The audit record keeps what they did,
    /// under the `sub` that their tokens had.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchUser`].
    async fn delete(&self, username: &str) -> Result<(), AdminError>;

    /// A page of people, by user name.
    ///
    /// # Errors
    ///
    /// [`AdminError::Failed`].
    async fn list(&self, page: Page<String>) -> Result<Vec<User>, AdminError>;
}

/// An account to be made.
#[derive(Debug)]
pub struct NewUser {
    /// What the person types to sign in.
    pub username: String,
    /// What to call them.
    pub name: Option<String>,
    /// Their e-mail address, taken to be verified.
    pub email: Option<String>,
    /// Their password.
    pub password: Option<Secret>,
}

/// A password that was made here for one sign-in, to be shown once.
#[derive(Debug)]
pub struct OneTimePassword {
    /// The password.
    pub password: Secret,
    /// After this instant it is good for nothing.
    pub expires_at: Timestamp,
}

/// What is to be changed about an account. What is absent stays; an empty text removes.
#[derive(Debug, Default)]
pub struct UserChange {
    /// What the person types to sign in.
    pub username: Option<String>,
    /// What to call them.
    pub name: Option<String>,
    /// Their e-mail address, taken to be verified.
    pub email: Option<String>,
}

/// Looks after clients. Those of the configuration are changed there, but may be stopped here.
#[async_trait]
pub trait AdministerClients: Send + Sync {
    /// Registers a client.
    ///
    /// # Errors
    ///
    /// [`AdminError::Refused`] says what to change.
    async fn add(&self, draft: ClientDraft) -> Result<CreatedClient, AdminError>;

    /// A page of clients: those of the configuration first, then the others by identifier.
    ///
    /// # Errors
    ///
    /// [`AdminError::Failed`].
    async fn list(&self, page: Page<ClientId>) -> Result<Vec<Client>, AdminError>;

    /// One client.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`].
    async fn show(&self, id: &ClientId) -> Result<Client, AdminError>;

    /// Gives a confidential client a new secret. The old one is worth nothing from then on.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`], [`AdminError::Configured`] or [`AdminError::Public`].
    async fn rotate_secret(&self, id: &ClientId) -> Result<Secret, AdminError>;

    /// Stops a client, or lets it go on. One of the configuration stays stopped, whatever the
    /// configuration says, until it is let go on here.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`].
    async fn set_suspended(&self, id: &ClientId, suspended: bool) -> Result<(), AdminError>;

    /// Deletes a client, and with it every token of its.
    ///
    /// # Errors
    ///
    /// [`AdminError::NoSuchClient`] or [`AdminError::Configured`].
    async fn delete(&self, id: &ClientId) -> Result<(), AdminError>;
}

/// A client to be registered by an operator.
#[derive(Debug)]
pub struct ClientDraft {
    /// Its identifier; made here if absent.
    pub id: Option<ClientId>,
    /// What to call it.
    pub name: Option<String>,
    /// How it proves who it is.
    pub auth_method: AuthMethod,
    /// The grants it may use.
    pub grant_types: Vec<GrantType>,
    /// Where it may be answered.
    pub redirect_uris: Vec<String>,
    /// Where a person may be sent after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// The most it may ever be granted. Absent: not restricted.
    pub scope: Option<String>,
    /// The resources it may ask for. Absent: not restricted.
    pub resources: Option<Vec<String>>,
    /// What its ID tokens are signed with. Absent: what the server prefers.
    pub id_token_algorithm: Option<Algorithm>,
}

/// A client, and the secret that nobody will see again.
#[derive(Debug)]
pub struct CreatedClient {
    /// The client.
    pub client: Client,
    /// Its secret, if it is confidential.
    pub secret: Option<Secret>,
}

/// Why an operator's wish was not met.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// Nobody of that name.
    #[error("there is no user `{0}`")]
    NoSuchUser(String),
    /// No client of that name.
    #[error("there is no client `{0}`")]
    NoSuchClient(String),
    /// The name is in use.
    #[error("`{0}` is taken")]
    Taken(String),
    /// A client of this name was deleted, and what it held could still be alive.
    #[error("a client `{0}` was deleted not long ago; choose another name")]
    RecentlyDeleted(String),
    /// Not a user name.
    #[error(transparent)]
    Username(#[from] MalformedUsername),
    /// The configuration is the only place to change it.
    #[error("the client `{0}` is in the configuration: change it there")]
    Configured(String),
    /// It has no secret.
    #[error("the client `{0}` is public: it has no secret")]
    Public(String),
    /// It may not be registered like this.
    #[error("{0}")]
    Refused(String),
    /// Something of ours broke.
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
