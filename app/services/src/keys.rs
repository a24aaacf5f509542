//! The signing keys in use: made at the first start, sealed at rest, published as long as anything
//! they signed is good.

mod signing;

use std::sync::{Arc, PoisonError, RwLock};

use domain::{Action, Algorithm, KeyState, RequestSource, SigningKey, Timestamp};
use ports::outbound::{
    KeyFactory, Keyring, OpenedKey, SealError, Sealer, SignError, SigningKeys, StoreError,
    TokenSigner, TokenVerifier,
};

pub use self::signing::Signing;
use crate::Context;

/// The keys in use.
pub struct Keys(RwLock<InUse>);

struct InUse {
    ring: Keyring,
    published: Arc<Vec<SigningKey>>,
}

/// Generates, stores and opens signing keys.
pub struct KeyManager {
    /// The store of signing keys.
    pub store: Arc<dyn SigningKeys>,
    /// Makes them.
    pub factory: Arc<dyn KeyFactory>,
    /// Seals their private halves.
    pub sealer: Arc<dyn Sealer>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl Keys {
    /// Opens the keys. An algorithm without a key to sign with gets one.
    ///
    /// # Errors
    ///
    /// A [`KeysError`] that says what to do.
    pub async fn open(manager: &KeyManager) -> Result<Self, KeysError> {
        let mut keys = manager.store.all().await?;
        for &algorithm in Algorithm::ALL {
            if !keys.iter().any(|key| signs(key, algorithm)) {
                manager.generate(algorithm).await?;
                keys = manager.store.all().await?;
            }
        }
        Ok(Self(RwLock::new(manager.unlock(keys)?)))
    }

    /// Signs tokens with an algorithm.
    pub(crate) fn signer(&self, algorithm: Algorithm) -> Arc<dyn TokenSigner> {
        Arc::clone(self.in_use().ring.signer(algorithm))
    }

    /// Verifies tokens.
    pub(crate) fn verifier(&self) -> Arc<dyn TokenVerifier> {
        Arc::clone(&self.in_use().ring.verifier)
    }

    /// The keys that others must be able to verify with.
    pub(crate) fn published(&self) -> Arc<Vec<SigningKey>> {
        Arc::clone(&self.in_use().published)
    }

    fn in_use(&self) -> std::sync::RwLockReadGuard<'_, InUse> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyManager {
    async fn generate(&self, algorithm: Algorithm) -> Result<(), KeysError> {
        let pair = self.factory.generate(algorithm)?;
        let id = pair.public.thumbprint();
        let key = SigningKey {
            sealed: self.sealer.seal(id.as_str(), &pair.private),
            id,
            algorithm,
            public: pair.public,
            created_at: self.context.now(),
            state: KeyState::Active,
        };
        let mut event = self.context.event(Action::KeyGenerated, &RequestSource::default());
        event.detail = Some(format!("{} {}", algorithm.as_str(), key.id));
        self.store.insert(key).await?;
        self.context.audit.record(event).await?;
        Ok(())
    }

    fn unlock(&self, keys: Vec<SigningKey>) -> Result<InUse, KeysError> {
        let now: Timestamp = self.context.now();
        let published: Vec<_> = keys.into_iter().filter(|key| key.is_published(now)).collect();
        // The newest of each algorithm; the private halves of the others stay sealed.
        let newest = |algorithm| published.iter().rfind(|key| signs(key, algorithm));
        let signing: Vec<_> = Algorithm::ALL.iter().filter_map(|&it| newest(it)).collect();
        let open = |key: &SigningKey| {
            let signs = signing.iter().any(|one| one.id == key.id);
            let private =
                signs.then(|| self.sealer.open(key.id.as_str(), &key.sealed)).transpose()?;
            Ok(OpenedKey { key: key.clone(), private })
        };
        let opened = published.iter().map(open).collect::<Result<Vec<_>, SealError>>()?;
        Ok(InUse { ring: self.factory.open(opened)?, published: Arc::new(published) })
    }
}

fn signs(key: &SigningKey, algorithm: Algorithm) -> bool {
    key.state == KeyState::Active && key.algorithm == algorithm
}

/// The reason why the keys could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The database failed.
    #[error("the signing keys cannot be read: {0}")]
    Store(#[from] StoreError),
    /// The master key is not the one the keys were sealed under.
    #[error(
        "the signing keys cannot be opened: they were sealed under another master key. Restore the \
         master key this database was set up with"
    )]
    Sealed(#[from] SealError),
    /// The library failed.
    #[error("the signing keys cannot be used: {0}")]
    Unusable(#[from] SignError),
}
