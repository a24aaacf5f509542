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
    pub fn accepts(&self, verifier: &CodeVerifier) -> bool {
        let computed = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.0.expose()));
        computed.as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// Not the base64url form of a SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`code_challenge` must be 43 characters of base64url: the SHA-256 of the verifier")]
pub struct MalformedChallenge;

/// A code verifier (RFC 7636 §4.1): 43 to 128 unreserved characters. A shorter one could be guessed
/// from its challenge, which travels in the clear.
#[derive(Clone, Debug)]
pub struct CodeVerifier(Secret);

impl CodeVerifier {
    /// Reads a verifier received at the token endpoint.
    ///
    /// # Errors
    ///
    /// [`MalformedVerifier`] if no client that follows RFC 7636 would send it.
    pub fn parse(raw: impl Into<String>) -> Result<Self, MalformedVerifier> {
        let verifier = Secret::new(raw);
        let text = verifier.expose();
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let lawful = (43..=128).contains(&text.len()) && text.bytes().all(unreserved);
        if lawful { Ok(Self(verifier)) } else { Err(MalformedVerifier) }
    }

    /// The verifier as it was received.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

/// Not a code verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`code_verifier` must be 43 to 128 characters, each a letter, a digit or one of `-._~` \
     (RFC 7636 §4.1)"
)]
pub struct MalformedVerifier;

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        let pkce = Pkce::parse(CHALLENGE).expect("well-formed");
        let verifier = |raw: &str| CodeVerifier::parse(raw).expect("well-formed");
        assert!(pkce.accepts(&verifier(VERIFIER)));
        assert!(!pkce.accepts(&verifier(&VERIFIER.replace('d', "e"))));
        assert!(!pkce.accepts(&verifier(CHALLENGE)), "plain is not S256");
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        for good in [VERIFIER.to_owned(), "~".repeat(43), ".".repeat(128)] {
            assert!(CodeVerifier::parse(good.as_str()).is_ok(), "{good}");
        }
        let odd = ["+", "/", "=", " ", "ä", "\n"].map(|odd| format!("{odd}{VERIFIER}"));
        let lengths = [0, 1, 42, 129].map(|length| "a".repeat(length));
        for bad in odd.iter().chain(&lengths) {
            assert!(CodeVerifier::parse(bad.as_str()).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_sha256_is_refused() {
        for challenge in ["", "short", &format!("{CHALLENGE}="), &CHALLENGE.replace('E', "+")] {
            assert_eq!(Pkce::parse(challenge), Err(MalformedChallenge), "{challenge}");
        }
    }
}
