//! Keys, signatures, encryption and password hashes.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{AccessClaims, Algorithm, IdClaims, PublicKey, Secret, SignInRequest, SigningKey};

use super::{Store, StoreError};
use crate::inbound::SealedRequest;

/// Stores signing keys, with their private halves encrypted.
#[async_trait]
pub trait SigningKeys: Store<SigningKey> {
    /// Reads every key, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn all(&self) -> Result<Vec<SigningKey>, StoreError>;
}

/// Authenticated encryption under the master key.
pub trait Sealer: Send + Sync {
    /// Encrypts `plain`. `owner` is authenticated with it: the result opens for the same owner
    /// only.
    fn seal(&self, owner: &str, plain: &[u8]) -> Vec<u8>;

    /// Decrypts a result of [`Sealer::seal`].
    ///
    /// # Errors
    ///
    /// [`SealError`] if it was made under another master key or for another owner, or was altered.
    fn open(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError>;
}

/// A sealed value that does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed under another master key, or altered")]
pub struct SealError;

/// Encrypts the authorization requests of people who have not signed in yet, so that browsers carry
/// them and the server stores none.
pub trait RequestSealer: Send + Sync {
    /// Encrypts a request.
    fn seal(&self, request: SignInRequest) -> SealedRequest;

    /// Decrypts a sealed request. `None` if it was sealed under another key, was altered, or has
    /// the form of another version.
    fn open(&self, sealed: &SealedRequest) -> Option<SignInRequest>;
}

/// Generates signing keys, and opens them for use.
pub trait KeyFactory: Send + Sync {
    /// Generates a key pair. An RSA key takes up to several seconds.
    ///
    /// # Errors
    ///
    /// [`SignError`] if the library fails.
    fn generate(&self, algorithm: Algorithm) -> Result<GeneratedKey, SignError>;

    /// Makes a signer for each algorithm, with the newest active key of it, and a verifier with
    /// every key.
    ///
    /// # Errors
    ///
    /// [`SignError`] if a private key is not of its algorithm, or an algorithm has no active key.
    fn open(&self, keys: Vec<OpenedKey>) -> Result<Keyring, SignError>;
}

/// The signers and the verifier that are in use.
#[derive(Clone)]
pub struct Keyring {
    /// Signs with the active ES256 key.
    pub es256: Arc<dyn TokenSigner>,
    /// Signs with the active RS256 key.
    pub rs256: Arc<dyn TokenSigner>,
    /// Verifies with every key.
    pub verifier: Arc<dyn TokenVerifier>,
}

impl Keyring {
    /// Returns the signer of an algorithm. There is one for each.
    #[must_use]
    pub fn signer(&self, algorithm: Algorithm) -> &Arc<dyn TokenSigner> {
        match algorithm {
            Algorithm::Es256 => &self.es256,
            Algorithm::Rs256 => &self.rs256,
        }
    }
}

/// A key pair that was just generated.
pub struct GeneratedKey {
    /// The public half.
    pub public: PublicKey,
    /// The private half, as PKCS#8 DER. It must be sealed before it is stored.
    pub private: Vec<u8>,
}

/// A signing key with its private half decrypted.
pub struct OpenedKey {
    /// The key as it is stored.
    pub key: SigningKey,
    /// The private half, as PKCS#8 DER; `None` for a key that no longer signs.
    pub private: Option<Vec<u8>>,
}

/// Signs tokens with one key.
pub trait TokenSigner: Send + Sync {
    /// The algorithm of the key (`alg`).
    fn algorithm(&self) -> Algorithm;

    /// Signs an access token (RFC 9068).
    ///
    /// # Errors
    ///
    /// [`SignError`].
    fn access_token(&self, claims: &AccessClaims) -> Result<Secret, SignError>;

    /// Signs an ID token (OIDC Core §2), with the `at_hash` of the access token it comes with.
    ///
    /// # Errors
    ///
    /// [`SignError`].
    fn id_token(&self, claims: &IdClaims, access_token: &Secret) -> Result<Secret, SignError>;
}

/// An operation on a key failed. It holds the message of the library.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SignError(pub String);

/// Verifies tokens that were signed with a published key: the algorithm, the type and the
/// signature. The application checks expiry and revocation.
pub trait TokenVerifier: Send + Sync {
    /// Verifies an access token, whose `typ` must be `at+jwt` (RFC 9068 §4), and returns its
    /// claims.
    ///
    /// # Errors
    ///
    /// [`UnverifiedToken`], whatever is wrong with it.
    fn access_token(&self, token: &Secret) -> Result<AccessClaims, UnverifiedToken>;

    /// Verifies an ID token that a client sends as `id_token_hint`, expired or not (OIDC
    /// RP-Initiated Logout §2). Its `typ` must be `JWT`. Returns its claims.
    ///
    /// # Errors
    ///
    /// [`UnverifiedToken`], whatever is wrong with it.
    fn id_token(&self, token: &Secret) -> Result<IdClaims, UnverifiedToken>;
}

/// A token that does not verify, for whatever reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token was not signed here")]
pub struct UnverifiedToken;

/// Hashes passwords with a slow hash function, on threads of its own.
#[async_trait]
pub trait Hashes: Send + Sync {
    /// Hashes a new password.
    ///
    /// # Errors
    ///
    /// [`HashingError`].
    async fn hash(&self, password: Secret) -> Result<String, HashingError>;

    /// Checks `password` against `hash`. Without a hash the result is `false`, after the same
    /// amount of work, so that the response time does not tell whether an account exists.
    ///
    /// # Errors
    ///
    /// [`HashingError`].
    async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, HashingError>;
}

/// The reasons for which a password is neither hashed nor checked.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// The queue is full.
    #[error("too many passwords are being checked")]
    Busy,
    /// The library failed, or the stored hash is malformed.
    #[error("{0}")]
    Broken(String),
}
