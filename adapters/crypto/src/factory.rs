//! Makes key pairs, and makes them ready for use.

use std::sync::Arc;

use biscuit::{jwa::SignatureAlgorithm, jws};
use domain::{Algorithm, KeyState, PublicKey};
use ports::outbound::{GeneratedKey, KeyFactory, Keyring, OpenedKey, SignError};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RsaKeyPair},
};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, rand_core::OsRng};

use crate::{signer::Signer, verifier::Verifier};

/// The size of an RSA key: the least that RFC 7518 §3.3 allows, and the fastest to sign with.
const RSA_BITS: usize = 2048;

/// Makes and opens signing keys. `ring` takes randomness from nobody, so it does not come from the
/// entropy of the application.
#[derive(Clone, Copy, Debug, Default)]
pub struct Factory;

impl KeyFactory for Factory {
    fn generate(&self, algorithm: Algorithm) -> Result<GeneratedKey, SignError> {
        let private = match algorithm {
            Algorithm::Es256 => generate_ec()?,
            Algorithm::Rs256 => generate_rsa()?,
        };
        let pair = Pair::open(algorithm, &private)?;
        Ok(GeneratedKey { public: pair.public, private })
    }

    fn open(&self, keys: Vec<OpenedKey>) -> Result<Keyring, SignError> {
        let verifier = Verifier::of(keys.iter().map(|opened| &opened.key))?;
        let active = keys.iter().filter(|opened| opened.key.state == KeyState::Active);
        let (key, private) = active
            .filter_map(|opened| Some((&opened.key, opened.private.as_deref()?)))
            .max_by_key(|(key, _)| key.created_at)
            .ok_or_else(|| SignError("there is no active signing key".to_owned()))?;
        let pair = Pair::open(key.algorithm, private)?;
        if pair.public != key.public {
            return Err(SignError(format!("the halves of key {} are of two keys", key.id)));
        }
        let signer = Signer::new(key, pair.secret);
        Ok(Keyring { signer: Arc::new(signer), verifier: Arc::new(verifier) })
    }
}

/// A key pair, parsed.
struct Pair {
    public: PublicKey,
    secret: jws::Secret,
}

impl Pair {
    fn open(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SignError> {
        match algorithm {
            Algorithm::Es256 => Self::open_ec(pkcs8),
            Algorithm::Rs256 => Self::open_rsa(pkcs8),
        }
    }

    fn open_ec(pkcs8: &[u8]) -> Result<Self, SignError> {
        let suite = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_pkcs8(suite, pkcs8, &SystemRandom::new()).map_err(failed)?;
        let [_, point @ ..] = pair.public_key().as_ref() else {
            return Err(SignError("an empty public key".to_owned()));
        };
        let (x, y) = point.split_at(point.len() / 2);
        let public = PublicKey::Ec { x: x.to_vec(), y: y.to_vec() };
        Ok(Self { public, secret: jws::Secret::EcdsaKeyPair(Arc::new(pair)) })
    }

    fn open_rsa(pkcs8: &[u8]) -> Result<Self, SignError> {
        let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(failed)?;
        let PublicKeyComponents { n, e } = PublicKeyComponents::<Vec<u8>>::from(pair.public());
        Ok(Self {
            public: PublicKey::Rsa { n, e },
            secret: jws::Secret::RsaKeyPair(Arc::new(pair)),
        })
    }
}

fn generate_ec() -> Result<Vec<u8>, SignError> {
    let suite = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let document = EcdsaKeyPair::generate_pkcs8(suite, &SystemRandom::new()).map_err(failed)?;
    Ok(document.as_ref().to_vec())
}

/// `ring` makes no RSA keys; `rsa` makes them, and never signs with them.
fn generate_rsa() -> Result<Vec<u8>, SignError> {
    let key = RsaPrivateKey::new(&mut OsRng, RSA_BITS).map_err(failed)?;
    let document = key.to_pkcs8_der().map_err(failed)?;
    Ok(document.as_bytes().to_vec())
}

/// The name of an algorithm in biscuit.
pub(crate) fn suite(algorithm: Algorithm) -> SignatureAlgorithm {
    match algorithm {
        Algorithm::Es256 => SignatureAlgorithm::ES256,
        Algorithm::Rs256 => SignatureAlgorithm::RS256,
    }
}

/// What any library says when it fails, in the words of the port.
pub(crate) fn failed(error: impl std::fmt::Display) -> SignError {
    SignError(error.to_string())
}
