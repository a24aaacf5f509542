//! Reads tokens that were signed here, and no others (RFC 8725).

use std::collections::HashMap;

use aws_lc_rs::signature::ParsedPublicKey;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{AccessClaims, Algorithm, IdClaims, Secret, SigningKey};
use ports::outbound::{SignError, TokenVerifier, UnverifiedToken};
use serde::{Deserialize, de::DeserializeOwned};

use crate::{
    claims::{ACCESS_TOKEN, AccessWire, ID_TOKEN, IdWire},
    pair::verifying,
};

/// A longer one fits into no form.
const LONGEST: usize = 64 * 1024;

/// Verifies with every published key.
pub(crate) struct Verifier {
    keys: HashMap<String, Published>,
}

struct Published {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

/// Every header parameter that our tokens have. One that has another was not signed here; so `crit`,
/// `jwk`, `jku` and their like are refused rather than ignored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    kid: &'a str,
}

impl Verifier {
    pub(crate) fn of<'a>(keys: impl Iterator<Item = &'a SigningKey>) -> Result<Self, SignError> {
        let published = |key: &SigningKey| {
            let published = Published { algorithm: key.algorithm, key: verifying(key)? };
            Ok((key.id.as_str().to_owned(), published))
        };
        Ok(Self { keys: keys.map(published).collect::<Result<_, _>>()? })
    }

    fn read<C: DeserializeOwned>(&self, token: &Secret, typ: &str) -> Option<C> {
        let token = Some(token.expose()).filter(|token| token.len() <= LONGEST)?;
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let header = decode(header)?;
        let header: Header<'_> = serde_json::from_slice(&header).ok()?;
        let published = self.keys.get(header.kid)?;
        // The key says what it is for, never the token (RFC 8725 §3.1).
        if header.alg != published.algorithm.as_str() || !header.is_of(typ) {
            return None;
        }
        let signature = decode(signature)?;
        published.key.verify_sig(message.as_bytes(), &signature).ok()?;
        serde_json::from_slice(&decode(claims)?).ok()
    }
}

impl TokenVerifier for Verifier {
    fn access_token(&self, token: &Secret) -> Result<AccessClaims, UnverifiedToken> {
        let wire: AccessWire<'_> = self.read(token, ACCESS_TOKEN).ok_or(UnverifiedToken)?;
        wire.try_into().map_err(|_| UnverifiedToken)
    }

    fn id_token(&self, token: &Secret) -> Result<IdClaims, UnverifiedToken> {
        let wire: IdWire<'_> = self.read(token, ID_TOKEN).ok_or(UnverifiedToken)?;
        Ok(wire.into())
    }
}

impl Header<'_> {
    /// Media types know no case, and `application/` may be left out (RFC 7515 §4.1.9).
    fn is_of(&self, typ: &str) -> bool {
        let short = match self.typ.split_at_checked("application/".len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest,
            _ => self.typ,
        };
        short.eq_ignore_ascii_case(typ)
    }
}

/// Base64url without padding and without stray bits: one text for one value.
fn decode(part: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(part).ok()
}
