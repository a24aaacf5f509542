//! Key pairs and signatures. The library is `aws-lc-rs`: measured beside `ring` it makes twice as many
//! RS256 signatures a second, as many ES256 ones, and RSA keys as well.

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::{KeyPair as RsaKeyPair, KeySize, PublicKeyComponents},
    signature::{
        ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
        ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256,
    },
};
use domain::{Algorithm, PublicKey, SigningKey};
use ports::outbound::SignError;

use crate::failure::failed;

/// The size of an RSA key: the least that RFC 7518 §3.3 allows, and the fastest to sign with.
const RSA_SIZE: KeySize = KeySize::Rsa2048;

/// The first byte of a point that is not compressed (SEC 1 §2.3.3).
const UNCOMPRESSED: u8 = 0x04;

/// A key pair that can sign.
pub(crate) enum Pair {
    /// For ES256.
    Ec(EcdsaKeyPair),
    /// For RS256.
    Rsa(RsaKeyPair),
}

impl Pair {
    /// Makes a key pair, as PKCS#8 DER.
    pub(crate) fn generate(algorithm: Algorithm) -> Result<Vec<u8>, SignError> {
        match algorithm {
            Algorithm::Es256 => {
                let suite = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let document = EcdsaKeyPair::generate_pkcs8(suite, &SystemRandom::new());
                Ok(document.map_err(failed)?.as_ref().to_vec())
            }
            Algorithm::Rs256 => {
                let pair = RsaKeyPair::generate(RSA_SIZE).map_err(failed)?;
                let document: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
                Ok(document.as_ref().to_vec())
            }
        }
    }

    /// Reads a key pair from PKCS#8 DER.
    pub(crate) fn open(algorithm: Algorithm, pkcs8: &[u8]) -> Result<Self, SignError> {
        match algorithm {
            Algorithm::Es256 => {
                let suite = &ECDSA_P256_SHA256_FIXED_SIGNING;
                EcdsaKeyPair::from_pkcs8(suite, pkcs8).map(Self::Ec).map_err(failed)
            }
            Algorithm::Rs256 => RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rsa).map_err(failed),
        }
    }

    /// The public half.
    pub(crate) fn public(&self) -> Result<PublicKey, SignError> {
        match self {
            Self::Ec(pair) => {
                let [UNCOMPRESSED, point @ ..] = pair.public_key().as_ref() else {
                    return Err(SignError("a public key in an unknown form".to_owned()));
                };
                let (x, y) = point.split_at(point.len() / 2);
                Ok(PublicKey::Ec { x: x.to_vec(), y: y.to_vec() })
            }
            Self::Rsa(pair) => {
                let PublicKeyComponents { n, e } =
                    PublicKeyComponents::<Vec<u8>>::from(pair.public_key());
                Ok(PublicKey::Rsa { n, e })
            }
        }
    }

    /// Signs `message`, as RFC 7518 §3.3 and §3.4 have it.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let random = SystemRandom::new();
        match self {
            Self::Ec(pair) => Ok(pair.sign(&random, message).map_err(failed)?.as_ref().to_vec()),
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
        }
    }
}

/// The public half of `key`, ready to verify with: parsed once, not with every signature.
pub(crate) fn verifying(key: &SigningKey) -> Result<ParsedPublicKey, SignError> {
    match (&key.public, key.algorithm) {
        (PublicKey::Ec { x, y }, Algorithm::Es256) => {
            let point = [&[UNCOMPRESSED], x.as_slice(), y].concat();
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).map_err(failed)
        }
        (PublicKey::Rsa { n, e }, Algorithm::Rs256) => {
            let components = PublicKeyComponents { n, e };
            components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).map_err(failed)
        }
        _ => Err(SignError(format!("key {} is not of its algorithm", key.id))),
    }
}
