//! Makes key pairs, and makes them ready for use.

use std::sync::Arc;

use domain::{Algorithm, KeyState};
use ports::outbound::{GeneratedKey, KeyFactory, Keyring, OpenedKey, SignError, TokenSigner};

use crate::{pair::Pair, signer::Signer, verifier::Verifier};

/// Makes and opens signing keys. The library takes randomness from nobody, so it does not come from
/// the entropy of the application.
#[derive(Clone, Copy, Debug, Default)]
pub struct Factory;

impl KeyFactory for Factory {
    fn generate(&self, algorithm: Algorithm) -> Result<GeneratedKey, SignError> {
        let private = Pair::generate(algorithm)?;
        let public = Pair::open(algorithm, &private)?.public()?;
        Ok(GeneratedKey { public, private })
    }

    fn open(&self, keys: Vec<OpenedKey>) -> Result<Keyring, SignError> {
        let verifier = Verifier::of(keys.iter().map(|opened| &opened.key))?;
        Ok(Keyring {
            es256: signer(&keys, Algorithm::Es256)?,
            rs256: signer(&keys, Algorithm::Rs256)?,
            verifier: Arc::new(verifier),
        })
    }
}

/// A signer with the newest active key of an algorithm.
fn signer(keys: &[OpenedKey], algorithm: Algorithm) -> Result<Arc<dyn TokenSigner>, SignError> {
    let signs =
        |key: &OpenedKey| key.key.state == KeyState::Active && key.key.algorithm == algorithm;
    let (key, private) = keys
        .iter()
        .filter(|opened| signs(opened))
        .filter_map(|opened| Some((&opened.key, opened.private.as_deref()?)))
        .max_by_key(|(key, _)| key.created_at)
        .ok_or_else(|| SignError(format!("there is no active {} key", algorithm.as_str())))?;
    let pair = Pair::open(algorithm, private)?;
    if pair.public()? != key.public {
        return Err(SignError(format!("the halves of key {} are of two keys", key.id)));
    }
    Ok(Arc::new(Signer::new(key, pair)?))
}
