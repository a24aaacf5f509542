//! The form of a refresh token: `<grant>.<generation>.<tag>`.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{GrantId, Secret};

/// The key of the tags: what an attacker lacks who has read the database.
#[derive(Clone)]
pub struct TagKey(Zeroizing<[u8; 32]>);

impl TagKey {
    /// Takes custody of a key.
    #[must_use]
    pub fn new(raw: [u8; 32]) -> Self {
        Self(Zeroizing::new(raw))
    }

    /// Derives a secret that nobody can know without the key: always the same for the same `purpose`
    /// and `parts`, and another for any other.
    ///
    /// # Panics
    ///
    /// Never: HMAC takes a key of any length.
    #[must_use]
    pub fn derive(&self, purpose: &str, parts: &[&str]) -> Secret {
        let mut mac = self.mac();
        for part in std::iter::once(&purpose).chain(parts) {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        Secret::from_random(&mac.finalize().into_bytes().into())
    }

    fn mac(&self) -> Hmac<Sha256> {
        let keyed = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_slice());
        keyed.expect("HMAC takes a key of any length")
    }

    fn tag(&self, grant: &GrantId, generation: u32, salt: &[u8; 16]) -> Hmac<Sha256> {
        let mut mac = self.mac();
        mac.update(salt);
        mac.update(&generation.to_be_bytes());
        mac.update(grant.as_str().as_bytes());
        mac
    }
}

/// A refresh token as presented: found by its grant, believed for its tag.
pub struct RefreshToken {
    /// The family it claims to be of.
    pub grant: GrantId,
    /// The generation it claims to be.
    pub generation: u32,
    tag: Zeroizing<Vec<u8>>,
}

impl RefreshToken {
    /// Reads a token. `None` if it is not of the form of one.
    #[must_use]
    pub fn parse(token: &Secret) -> Option<Self> {
        let mut parts = token.expose().split('.');
        let (Some(grant), Some(generation), Some(tag), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let number: u32 = generation.parse().ok()?;
        // A number is written in one way, without a sign or leading zeros: one text for one token.
        let well_formed = grant.len() <= 64 && generation == number.to_string() && tag.len() == 43;
        Some(Self {
            grant: GrantId::new(grant),
            generation: Some(number).filter(|_| well_formed)?,
            tag: Zeroizing::new(BASE64_URL_SAFE_NO_PAD.decode(tag).ok()?),
        })
    }

    /// Makes the token of one generation.
    pub(crate) fn issue(grant: &GrantId, generation: u32, salt: &[u8; 16], key: &TagKey) -> Secret {
        let tag = key.tag(grant, generation, salt).finalize().into_bytes();
        Secret::new(format!("{grant}.{generation}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag)))
    }

    /// Whether the tag is right, in constant time.
    pub(crate) fn is_tagged(&self, salt: &[u8; 16], key: &TagKey) -> bool {
        key.tag(&self.grant, self.generation, salt).verify_slice(&self.tag).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_issued_is_read_back() {
        let (grant, key) = (GrantId::new("g"), TagKey::new([1; 32]));
        let token = RefreshToken::issue(&grant, 3, &[2; 16], &key);
        let read = RefreshToken::parse(&token).expect("well-formed");
        assert_eq!((&read.grant, read.generation), (&grant, 3));
        assert!(read.is_tagged(&[2; 16], &key));
        assert!(!read.is_tagged(&[3; 16], &key));
    }

    #[test]
    fn what_is_derived_differs_by_key_purpose_and_part() {
        let derive = |key: u8, purpose: &str, parts: &[&str]| {
            TagKey::new([key; 32]).derive(purpose, parts).digest()
        };
        let one = derive(1, "code", &["a", "b"]);
        assert_eq!(one, derive(1, "code", &["a", "b"]));
        for other in [
            derive(2, "code", &["a", "b"]),
            derive(1, "session", &["a", "b"]),
            derive(1, "code", &["ab", ""]),
            derive(1, "code", &["a"]),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn what_has_another_form_is_not_read() {
        let tag = "A".repeat(43);
        let malformed = [
            "",
            "a.b",
            "a.1.short",
            "a.-1.x",
            &format!("a.1.{tag}.x"),
            &format!("a.99999999999.{tag}"),
            &format!("a.+1.{tag}"),
            &format!("a.01.{tag}"),
            "eyJ.eyJ.sig",
        ];
        for token in malformed {
            assert!(RefreshToken::parse(&Secret::new(token)).is_none(), "{token}");
        }
        assert!(RefreshToken::parse(&Secret::new(format!("a.1.{tag}"))).is_some());
    }
}
