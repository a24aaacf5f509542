//! Password hashes: Argon2id (RFC 9106), a few at a time, off the threads that serve requests.

mod memory;

use std::{sync::Arc, thread};

use argon2::{
    Algorithm, Params, Version,
    password_hash::{
        Error as PhcError,
        phc::{Output, ParamsString, PasswordHash, Salt},
    },
};
use async_trait::async_trait;
use domain::Secret;
use ports::outbound::{Entropy, Hashes, HashingError};
use subtle::ConstantTimeEq;
use tokio::{sync::Semaphore, task};

use self::memory::Memory;

/// The cost of one hash, and the bound on concurrent ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Params {
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes in it.
    pub lanes: u32,
    /// The number of hashes that are computed at the same time.
    pub concurrent: usize,
    /// The number of callers that may wait for that; further ones are refused.
    pub waiting: usize,
}

impl Default for Argon2Params {
    /// The least that OWASP recommends, on every core.
    fn default() -> Self {
        let concurrent = thread::available_parallelism().map_or(1, usize::from);
        Self { memory: 19 * 1024, passes: 2, lanes: 1, concurrent, waiting: 64 }
    }
}

/// Hashes passwords with Argon2id.
pub struct Argon2 {
    /// The cost of new hashes.
    cost: Params,
    memory: Arc<Memory>,
    entropy: Arc<dyn Entropy>,
    /// The hash of nobody's password: it costs what any other does, and nothing matches it.
    nobody: PasswordHash,
    /// Everyone at work or waiting.
    admitted: Arc<Semaphore>,
    /// Everyone at work.
    working: Arc<Semaphore>,
}

impl Argon2 {
    /// Hashes at the cost of `params`. Hashes made at another cost are still verified.
    ///
    /// # Errors
    ///
    /// [`RefusedParams`] if Argon2 has no such cost.
    pub fn new(params: Argon2Params, entropy: Arc<dyn Entropy>) -> Result<Self, RefusedParams> {
        let Argon2Params { memory, passes, lanes, concurrent, waiting } = params;
        let refused = |error: &dyn std::fmt::Display| RefusedParams(error.to_string());
        let cost = Params::new(memory, passes, lanes, None).map_err(|error| refused(&error))?;
        let nobody = unmatched(&cost, entropy.as_ref()).map_err(|error| refused(&error))?;
        Ok(Self {
            memory: Arc::new(Memory::new(cost.block_count())),
            cost,
            entropy,
            nobody,
            admitted: Arc::new(Semaphore::new(concurrent + waiting)),
            working: Arc::new(Semaphore::new(concurrent)),
        })
    }

    /// Runs `work` when its turn has come. It keeps its place until it is done, even if whoever
    /// asked has gone away: giving up early must not let in more work than there are cores.
    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashingError> + Send + 'static,
    ) -> Result<T, HashingError> {
        let admitted = Arc::clone(&self.admitted);
        let place = admitted.try_acquire_owned().map_err(|_| HashingError::Busy)?;
        let turn = Arc::clone(&self.working).acquire_owned().await.map_err(broken)?;
        let work = move || {
            let done = work();
            drop((turn, place));
            done
        };
        task::spawn_blocking(work).await.map_err(broken)?
    }
}

#[async_trait]
impl Hashes for Argon2 {
    async fn hash(&self, password: Secret) -> Result<String, HashingError> {
        let (cost, memory) = (self.cost.clone(), self.memory.clone());
        let salt = self.entropy.bytes::<16>();
        let work = move || {
            let salt = Salt::new(&salt)?;
            let params = ParamsString::try_from(&cost)?;
            let recipe = Recipe { algorithm: Algorithm::Argon2id, version: Version::V0x13, cost };
            let hash = recipe.hash(&password, &salt, Params::DEFAULT_OUTPUT_LEN, &memory)?;
            Ok(PasswordHash {
                algorithm: recipe.algorithm.ident(),
                version: Some(recipe.version.into()),
                params,
                salt: Some(salt),
                hash: Some(hash),
            })
        };
        let work = move || work().map_err(|error: PhcError| broken(error));
        self.in_turn(work).await.map(|hash| hash.to_string())
    }

    async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, HashingError> {
        let known = hash.as_deref().map(PasswordHash::new).transpose().map_err(broken)?;
        let (memory, exists) = (self.memory.clone(), known.is_some());
        let hash = known.unwrap_or_else(|| self.nobody.clone());
        let work = move || {
            let (Some(salt), Some(kept)) = (&hash.salt, &hash.hash) else {
                return Err(broken("the stored hash has no salt or no hash in it"));
            };
            let recipe = Recipe::try_from(&hash).map_err(broken)?;
            let made = recipe.hash(&password, salt, kept.len(), &memory).map_err(broken)?;
            Ok(exists & bool::from(made.as_bytes().ct_eq(kept.as_bytes())))
        };
        self.in_turn(work).await
    }
}

/// The parameters of a hash.
struct Recipe {
    algorithm: Algorithm,
    version: Version,
    cost: Params,
}

impl TryFrom<&PasswordHash> for Recipe {
    type Error = PhcError;

    /// Reads the parameters from a stored hash.
    fn try_from(hash: &PasswordHash) -> Result<Self, PhcError> {
        Ok(Self {
            algorithm: Algorithm::try_from(hash.algorithm.as_str())?,
            version: hash.version.map(Version::try_from).transpose()?.unwrap_or_default(),
            cost: Params::try_from(hash)?,
        })
    }
}

impl Recipe {
    /// A hash of `length` bytes, worked out in memory that is used again.
    fn hash(
        &self,
        password: &Secret,
        salt: &Salt,
        length: usize,
        memory: &Memory,
    ) -> Result<Output, PhcError> {
        let hasher = argon2::Argon2::new(self.algorithm, self.version, self.cost.clone());
        let password = password.expose().as_bytes();
        let mut blocks = memory.lend(self.cost.block_count());
        let mut buffer = [0; Output::MAX_LENGTH];
        let out = buffer.get_mut(..length).ok_or(PhcError::OutputSize)?;
        hasher.hash_password_into_with_memory(password, salt, out, blocks.as_mut_slice())?;
        Ok(Output::new(out)?)
    }
}

/// A hash at the given cost, drawn rather than computed.
fn unmatched(cost: &Params, entropy: &dyn Entropy) -> Result<PasswordHash, PhcError> {
    Ok(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(cost)?,
        salt: Some(Salt::new(&entropy.bytes::<16>())?),
        hash: Some(Output::new(&entropy.bytes::<32>())?),
    })
}

fn broken(error: impl std::fmt::Display) -> HashingError {
    HashingError::Broken(error.to_string())
}

/// Argon2 has no such cost.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("password hashes cannot have this cost: {0}")]
pub struct RefusedParams(String);

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    /// Always the same.
    struct Constant;

    impl Entropy for Constant {
        fn fill(&self, buf: &mut [u8]) {
            buf.fill(7);
        }
    }

    const CHEAP: Argon2Params =
        Argon2Params { memory: 32, passes: 1, lanes: 1, concurrent: 1, waiting: 1 };

    fn hashes(params: Argon2Params) -> Arc<Argon2> {
        Arc::new(Argon2::new(params, Arc::new(Constant)).expect("a lawful cost"))
    }

    fn password(text: &str) -> Secret {
        Secret::new(text)
    }

    #[tokio::test]
    async fn a_password_is_recognised_and_another_is_not() {
        let hashes = hashes(CHEAP);
        let hash = hashes.hash(password("correct horse")).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=32,t=1,p=1$"), "{hash}");
        for (text, right) in [("correct horse", true), ("Correct horse", false), ("", false)] {
            let verified = hashes.verify(password(text), Some(hash.clone())).await;
            assert_eq!(verified.expect("verified"), right, "{text:?}");
        }
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_still_verifies() {
        let hash = hashes(CHEAP).hash(password("x")).await.expect("hashed");
        let dearer = hashes(Argon2Params { memory: 64, passes: 2, ..CHEAP });
        assert!(dearer.verify(password("x"), Some(hash)).await.expect("verified"));
    }

    #[tokio::test]
    async fn nobody_has_no_password_and_costs_as_much_as_anybody() {
        let hashes = hashes(CHEAP);
        assert!(!hashes.verify(password("x"), None).await.expect("verified"));
        let real = hashes.hash(password("x")).await.expect("hashed");
        let cost = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(cost(&hashes.nobody.to_string()), cost(&real));
        assert_eq!(hashes.nobody.to_string().len(), real.len());
    }

    #[tokio::test]
    async fn what_is_no_hash_is_broken_and_not_a_wrong_password() {
        let verified = hashes(CHEAP).verify(password("x"), Some("plain".to_owned())).await;
        assert!(matches!(verified, Err(HashingError::Broken(_))));
    }

    #[tokio::test]
    async fn one_works_one_waits_and_the_next_is_refused() {
        let hashes = hashes(CHEAP);
        let turn = Arc::clone(&hashes.working).acquire_owned().await.expect("open");
        let place = Arc::clone(&hashes.admitted).acquire_owned().await.expect("open");
        let mut waiting = Box::pin(hashes.hash(password("x")));
        let brief = std::time::Duration::from_millis(20);
        assert!(timeout(brief, &mut waiting).await.is_err(), "it is not its turn");
        let refused = hashes.verify(password("x"), None).await;
        assert!(matches!(refused, Err(HashingError::Busy)));
        drop((turn, place));
        assert!(waiting.await.is_ok());
    }

    #[test]
    fn an_unlawful_cost_is_refused() {
        for params in [
            Argon2Params { memory: 1, ..CHEAP },
            Argon2Params { passes: 0, ..CHEAP },
            Argon2Params { lanes: 0, ..CHEAP },
        ] {
            assert!(Argon2::new(params, Arc::new(Constant)).is_err(), "{params:?}");
        }
    }
}
