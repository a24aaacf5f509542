//! Password hashes that hide nothing.

use async_trait::async_trait;
use domain::Secret;
use ports::outbound::{Hashes, HashingError};

const SCHEME: &str = "$plain$";

/// Keeps passwords as they are, so that a test need not wait for a slow hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlainHashes;

#[async_trait]
impl Hashes for PlainHashes {
    async fn hash(&self, password: Secret) -> Result<String, HashingError> {
        Ok(format!("{SCHEME}{}", password.expose()))
    }

    async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, HashingError> {
        let Some(hash) = hash else { return Ok(false) };
        match hash.strip_prefix(SCHEME) {
            Some(plain) => Ok(plain == password.expose()),
            None => Err(HashingError::Broken("not a plain hash".to_owned())),
        }
    }
}
