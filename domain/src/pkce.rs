//! Proof Key for Code Exchange (RFC 7636), `S256` only.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::Secret;

/// An `S256` code challenge (RFC 7636 §4.2). There is no `plain`: the type cannot hold one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pkce(String);

impl Pkce {
    /// Reads a challenge received at the authorization endpoint: the base64url form of a SHA-256.
    ///
    /// # Errors
    ///
    /// [`MalformedChallenge`] if it cannot be one.
    pub fn parse(challenge: &str) -> Result<Self, MalformedChallenge> {
        match BASE64_URL_SAFE_NO_PAD.decode(challenge) {
            Ok(raw) if raw.len() == 32 => Ok(Self(challenge.to_owned())),
            _ => Err(MalformedChallenge),
        }
    }

    /// The challenge as it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `verifier` is the preimage of this challenge (RFC 7636 §4.6).
    #[must_use]
    pub fn accepts(&self, verifier: &Secret) -> bool {
        let computed = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose()));
        computed.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// Not the base64url form of a SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`code_challenge` must be 43 characters of base64url: the SHA-256 of the verifier")]
pub struct MalformedChallenge;

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        let pkce = Pkce::parse(CHALLENGE).expect("well-formed");
        assert!(pkce.accepts(&Secret::new(VERIFIER)));
        assert!(!pkce.accepts(&Secret::new("guess")));
        assert!(!pkce.accepts(&Secret::new(CHALLENGE)), "plain is not S256");
    }

    #[test]
    fn what_is_no_sha256_is_refused() {
        for challenge in ["", "short", &format!("{CHALLENGE}="), &CHALLENGE.replace('E', "+")] {
            assert_eq!(Pkce::parse(challenge), Err(MalformedChallenge), "{challenge}");
        }
    }
}
