//! What the application needs of cryptography.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{AccessClaims, Algorithm, IdClaims, PublicKey, Secret, SignInRequest, SigningKey};

use super::{Store, StoreError};
use crate::inbound::SealedRequest;

/// Keeps signing keys, their private halves sealed.
#[async_trait]
pub trait SigningKeys: Store<SigningKey> {
    /// Every key, oldest first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] or [`StoreError::Corrupt`].
    async fn all(&self) -> Result<Vec<SigningKey>, StoreError>;
}

/// Encrypts what must be read back later.
pub trait Sealer: Send + Sync {
    /// Encrypts `plain` for one `owner`: sealed for another, it does not open.
    fn seal(&self, owner: &str, plain: &[u8]) -> Vec<u8>;

    /// Decrypts what [`Sealer::seal`] made.
    ///
    /// # Errors
    ///
    /// [`SealError`] if it was made under another master key or for another owner, or was altered.
    fn open(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError>;
}

/// What was sealed does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it was sealed under another master key, or altered")]
pub struct SealError;

/// Seals the requests for which nobody has signed in yet, so that browsers carry them and nothing of them
/// is stored.
pub trait RequestSealer: Send + Sync {
    /// Seals a request.
    fn seal(&self, request: SignInRequest) -> SealedRequest;

    /// Opens a sealed request. `None` if it was not sealed here, or in another form.
    fn open(&self, sealed: &SealedRequest) -> Option<SignInRequest>;
}

/// Makes and opens signing keys.
pub trait KeyFactory: Send + Sync {
    /// Makes a key pair. An RSA pair takes up to seconds.
    ///
    /// # Errors
    ///
    /// [`SignError`] if the library fails.
    fn generate(&self, algorithm: Algorithm) -> Result<GeneratedKey, SignError>;

    /// Makes a signer for each algorithm, with the newest active key of it, and a verifier of every
    /// key.
    ///
    /// # Errors
    ///
    /// [`SignError`] if a private key is not of its algorithm, or an algorithm has no active key.
    fn open(&self, keys: Vec<OpenedKey>) -> Result<Keyring, SignError>;
}

/// Keys in use.
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
    /// The signer of an algorithm. There is one for each.
    #[must_use]
    pub fn signer(&self, algorithm: Algorithm) -> &Arc<dyn TokenSigner> {
        match algorithm {
            Algorithm::Es256 => &self.es256,
            Algorithm::Rs256 => &self.rs256,
        }
    }
}

/// A fresh key pair.
pub struct GeneratedKey {
    /// The public half.
    pub public: PublicKey,
    /// The private half, as PKCS#8 DER. To be sealed at once.
    pub private: Vec<u8>,
}

/// A key that is ready for use.
pub struct OpenedKey {
    /// What is known of it.
    pub key: SigningKey,
    /// The private half of an active key, as PKCS#8 DER.
    pub private: Option<Vec<u8>>,
}

/// Signs tokens with one key.
pub trait TokenSigner: Send + Sync {
    /// What it signs with.
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

/// Signing failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SignError(pub String);

/// Reads tokens that were signed by one of our published keys. It checks the algorithm, the type and
/// the signature; time and revocation are the application's business.
pub trait TokenVerifier: Send + Sync {
    /// Reads an access token (RFC 9068 §4): its type must be `at+jwt`.
    ///
    /// # Errors
    ///
    /// [`UnverifiedToken`], whatever is wrong with it.
    fn access_token(&self, token: &Secret) -> Result<AccessClaims, UnverifiedToken>;

    /// Reads an ID token that a client gives back as a hint, expired or not (OIDC RP-Initiated
    /// Logout §2): its type must be `JWT`.
    ///
    /// # Errors
    ///
    /// [`UnverifiedToken`], whatever is wrong with it.
    fn id_token(&self, token: &Secret) -> Result<IdClaims, UnverifiedToken>;
}

/// Not one of our tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the token was not signed here")]
pub struct UnverifiedToken;

/// Hashes passwords, slowly, on threads of its own.
#[async_trait]
pub trait Hashes: Send + Sync {
    /// Hashes a new password.
    ///
    /// # Errors
    ///
    /// [`HashingError`].
    async fn hash(&self, password: Secret) -> Result<String, HashingError>;

    /// Whether `password` is the one behind `hash`. Without a hash the answer is no, after the same
    /// work, so that nobody can tell who has an account.
    ///
    /// # Errors
    ///
    /// [`HashingError`].
    async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, HashingError>;
}

/// A password could not be hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many are waiting.
    #[error("too many passwords are being checked")]
    Busy,
    /// The library failed, or the stored hash is no hash.
    #[error("{0}")]
    Broken(String),
}
