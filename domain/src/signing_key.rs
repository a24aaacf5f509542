//! The keys that sign tokens (RFC 7517), as kept.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{KeyId, Timestamp, wire_names::wire_names};

wire_names! {
    /// A signature algorithm (RFC 7518 §3.1).
    Algorithm {
        /// ECDSA over P-256 with SHA-256.
        Es256 = "ES256",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
    }
}

/// One signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    /// The thumbprint of the public half (RFC 7638).
    pub id: KeyId,
    /// The algorithm that it signs by.
    pub algorithm: Algorithm,
    /// The public half.
    pub public: PublicKey,
    /// The private half, sealed.
    pub sealed: Vec<u8>,
    /// Since when it exists.
    pub created_at: Timestamp,
    /// The stage of its life.
    pub state: KeyState,
}

/// The stage of the life of a signing key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It signs.
    Active,
    /// It no longer signs, but what it signed is still good until then.
    Retiring {
        /// The time at which the last token it signed has expired.
        until: Timestamp,
    },
}

impl SigningKey {
    /// Whether others must be able to verify with it.
    #[must_use]
    pub fn is_published(&self, now: Timestamp) -> bool {
        match self.state {
            KeyState::Active => true,
            KeyState::Retiring { until } => now < until,
        }
    }
}

/// The public half of a signing key; integers are big-endian (RFC 7518 §6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// A point on P-256.
    Ec {
        /// RFC 7518 §6.2.1.2.
        x: Vec<u8>,
        /// RFC 7518 §6.2.1.3.
        y: Vec<u8>,
    },
    /// An RSA key.
    Rsa {
        /// RFC 7518 §6.3.1.1.
        n: Vec<u8>,
        /// RFC 7518 §6.3.1.2.
        e: Vec<u8>,
    },
}

impl PublicKey {
    /// Its thumbprint (RFC 7638 §3): the SHA-256 of its required members in alphabetical order.
    #[must_use]
    pub fn thumbprint(&self) -> KeyId {
        let text = |raw: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(raw);
        let canonical = match self {
            Self::Ec { x, y } => {
                format!(r#"{{"crv":"P-256","kty":"EC","x":"{}","y":"{}"}}"#, text(x), text(y))
            }
            Self::Rsa { n, e } => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, text(e), text(n)),
        };
        KeyId::new(text(&Sha256::digest(canonical)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_that_of_the_rfc() {
        // RFC 7638 §3.1.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let decode = |raw: &str| BASE64_URL_SAFE_NO_PAD.decode(raw).expect("base64url");
        let key = PublicKey::Rsa { n: decode(n), e: decode("AQAB") };
        assert_eq!(key.thumbprint().as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
