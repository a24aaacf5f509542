//! Digests that stand in the audit record for user names without an account.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Makes keyed digests of names that were typed and that nobody has. What is typed into the wrong field
/// may be a password, so the record has a digest in its place: equal names can be told to be equal, and
/// nobody without the key can try out what was typed.
#[derive(Clone)]
pub struct NameDigests(Zeroizing<[u8; 32]>);

impl NameDigests {
    /// Takes custody of a key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The detail of an event about a name that nobody has. Case does not tell names apart.
    #[must_use]
    pub fn describe(&self, typed: &str) -> String {
        let digest = BASE64_URL_SAFE_NO_PAD.encode(&self.digest(typed)[..9]);
        format!("nobody has the name with the digest {digest}")
    }

    fn digest(&self, typed: &str) -> [u8; 32] {
        let keyed = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_slice());
        let mut mac = keyed.expect("HMAC takes a key of any length");
        mac.update(typed.trim().to_lowercase().as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for NameDigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameDigests(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_have_equal_digests_and_no_name_is_in_its_own() {
        let digests = NameDigests::new([1; 32]);
        let told = digests.describe("hunter2hunter2");
        assert!(!told.contains("hunter2"), "{told}");
        assert_eq!(told, digests.describe(" Hunter2Hunter2 "));
        assert_ne!(told, digests.describe("hunter3hunter3"));
        assert_ne!(told, NameDigests::new([2; 32]).describe("hunter2hunter2"));
    }
}
