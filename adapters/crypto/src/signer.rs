//! Signs tokens. Everything that is the same for every token is made once, with the signer.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use biscuit::{jwa::SignatureAlgorithm, jws::RegisteredHeader};
use domain::{AccessClaims, Algorithm, IdClaims, Secret, SigningKey};
use ports::outbound::{SignError, TokenSigner};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    claims::{ACCESS_TOKEN, AccessWire, ID_TOKEN, IdWire},
    failure::failed,
    pair::Pair,
};

/// The longest signature in base64url, and its dot: RS256 with 2048 bits.
const SIGNATURE: usize = 343;

/// Signs with one key.
pub(crate) struct Signer {
    algorithm: Algorithm,
    pair: Pair,
    /// The header of every access token, encoded, and its dot.
    access: String,
    /// The header of every ID token, encoded, and its dot.
    id: String,
}

impl Signer {
    pub(crate) fn new(key: &SigningKey, pair: Pair) -> Result<Self, SignError> {
        let (access, id) = (header(key, ACCESS_TOKEN)?, header(key, ID_TOKEN)?);
        Ok(Self { algorithm: key.algorithm, pair, access, id })
    }

    /// A JWS in compact serialization (RFC 7515 §7.1).
    fn sign(&self, header: &str, claims: &impl Serialize) -> Result<Secret, SignError> {
        let claims = serde_json::to_vec(claims).map_err(failed)?;
        let length = header.len() + claims.len().div_ceil(3) * 4 + SIGNATURE;
        let mut token = String::with_capacity(length);
        token.push_str(header);
        BASE64_URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let signature = self.pair.sign(token.as_bytes())?;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(Secret::new(token))
    }
}

/// The header of a token of one type, encoded, and its dot.
fn header(key: &SigningKey, typ: &str) -> Result<String, SignError> {
    let algorithm = match key.algorithm {
        Algorithm::Es256 => SignatureAlgorithm::ES256,
        Algorithm::Rs256 => SignatureAlgorithm::RS256,
    };
    let header = RegisteredHeader {
        algorithm,
        media_type: Some(typ.to_owned()),
        key_id: Some(key.id.as_str().to_owned()),
        ..RegisteredHeader::default()
    };
    let header = serde_json::to_vec(&header).map_err(failed)?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(header) + ".")
}

impl TokenSigner for Signer {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    fn access_token(&self, claims: &AccessClaims) -> Result<Secret, SignError> {
        self.sign(&self.access, &AccessWire::from(claims))
    }

    fn id_token(&self, claims: &IdClaims, access_token: &Secret) -> Result<Secret, SignError> {
        self.sign(&self.id, &IdWire::new(claims, at_hash(access_token)))
    }
}

/// The left half of the hash of the access token (OIDC Core §3.1.3.6): both of our algorithms use
/// SHA-256.
fn at_hash(access_token: &Secret) -> String {
    let digest = Sha256::digest(access_token.expose());
    BASE64_URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_access_token_hash_is_that_of_the_specification() {
        // OIDC Core §A.3.
        let token = Secret::new("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
        assert_eq!(at_hash(&token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
