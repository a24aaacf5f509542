//! Values that must not be printed, compared naively, or stored as they are.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// A credential in the clear. It has no `Display`, no `Serialize` and no equality; showing it to its
/// owner takes an explicit [`Secret::expose`].
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes custody of `raw`.
    #[must_use]
    pub fn new(raw: impl Into<String>) -> Self {
        Self(Zeroizing::new(raw.into()))
    }

    /// Makes a printable secret of random bytes: 43 characters for 32 bytes.
    #[must_use]
    pub fn from_random(bytes: &[u8; 32]) -> Self {
        Self::new(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The credential itself. Call this only to hand it to its owner, or to check it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The digest that is stored in its place. Only for secrets that cannot be guessed; a password
    /// needs a password hash.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(self.0.as_bytes()).into())
    }

    /// A value that only the holder of this secret can know, good for one purpose: the anti-forgery
    /// token that goes into a form while the secret itself stays in the cookie.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> Secret {
        let derived = Sha256::new()
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(self.0.as_bytes())
            .finalize();
        Self::from_random(&derived.into())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// SHA-256 of a high-entropy [`Secret`]: safe to store and to index by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The raw digest, for a binary column.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads a digest back from storage.
    #[must_use]
    pub const fn from_bytes(raw: [u8; 32]) -> Self {
        Self(raw)
    }

    /// Whether `secret` is what this digest was made of, in constant time.
    #[must_use]
    pub fn matches(&self, secret: &Secret) -> bool {
        self.0.ct_eq(&secret.digest().0).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", Secret::new("hunter2")), "Secret(..)");
    }

    #[test]
    fn what_is_derived_differs_by_purpose_and_by_secret() {
        let derived = |secret: &str, purpose| Secret::new(secret).derive(purpose).digest();
        assert_eq!(derived("a", "csrf"), derived("a", "csrf"));
        assert_ne!(derived("a", "csrf"), derived("a", "other"));
        assert_ne!(derived("a", "csrf"), derived("b", "csrf"));
    }
}
