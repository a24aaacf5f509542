//! The signing keys in use: made at the first start, sealed at rest, published as long as anything
//! they signed is good.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use domain::{Action, Algorithm, KeyState, Origin, SigningKey, Timestamp};
use ports::outbound::{
    KeyFactory, Keyring, OpenedKey, SealError, Sealer, SignError, SigningKeys, StoreError, Stored,
    TokenSigner, TokenVerifier,
};

use crate::World;

/// The keys in use.
pub struct Keys(RwLock<InUse>);

struct InUse {
    ring: Keyring,
    published: Arc<Vec<SigningKey>>,
}

/// What it takes to open the keys.
pub struct KeyCabinet {
    /// Where they are kept.
    pub store: Arc<dyn SigningKeys>,
    /// Makes them.
    pub factory: Arc<dyn KeyFactory>,
    /// Seals their private halves.
    pub sealer: Arc<dyn Sealer>,
    /// Time, chance and the audit record.
    pub world: World,
    /// What to sign with.
    pub algorithm: Algorithm,
    /// How long a token that a key has signed is good at most.
    pub longest_token: Duration,
}

impl Keys {
    /// Opens the keys; makes one if there is none to sign with.
    ///
    /// # Errors
    ///
    /// A [`KeysError`] that says what to do.
    pub async fn open(cabinet: &KeyCabinet) -> Result<Self, KeysError> {
        let mut keys = cabinet.store.all().await?;
        if !keys.iter().any(|key| cabinet.signs_with(key)) {
            cabinet.generate().await?;
            keys = cabinet.store.all().await?;
        }
        cabinet.retire_others(&mut keys).await?;
        Ok(Self(RwLock::new(cabinet.unlock(keys)?)))
    }

    /// Signs tokens.
    pub(crate) fn signer(&self) -> Arc<dyn TokenSigner> {
        Arc::clone(&self.in_use().ring.signer)
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

impl KeyCabinet {
    fn signs_with(&self, key: &SigningKey) -> bool {
        key.state == KeyState::Active && key.algorithm == self.algorithm
    }

    async fn generate(&self) -> Result<(), KeysError> {
        let pair = self.factory.generate(self.algorithm)?;
        let id = pair.public.thumbprint();
        let key = SigningKey {
            sealed: self.sealer.seal(id.as_str(), &pair.private),
            id,
            algorithm: self.algorithm,
            public: pair.public,
            created_at: self.world.now(),
            state: KeyState::Active,
        };
        let mut event = self.world.event(Action::KeyGenerated, &Origin::default());
        event.detail = Some(format!("{} {}", self.algorithm.as_str(), key.id));
        self.store.insert(key).await?;
        self.world.audit.record(event).await?;
        Ok(())
    }

    /// Keys of another algorithm no longer sign; what they signed stays good until it expires.
    async fn retire_others(&self, keys: &mut [SigningKey]) -> Result<(), KeysError> {
        let until = self.world.now().after(self.longest_token);
        for key in keys.iter_mut() {
            if key.state != KeyState::Active || key.algorithm == self.algorithm {
                continue;
            }
            key.state = KeyState::Retiring { until };
            let Some(Stored { revision, .. }) = self.store.find(&key.id).await? else { continue };
            match self.store.replace(Stored { value: key.clone(), revision }).await {
                // Another instance, started with the same configuration, was first.
                Ok(()) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn unlock(&self, keys: Vec<SigningKey>) -> Result<InUse, KeysError> {
        let now: Timestamp = self.world.now();
        let published: Vec<_> = keys.into_iter().filter(|key| key.is_published(now)).collect();
        let signing = published.iter().rfind(|key| self.signs_with(key)).map(|key| key.id.clone());
        let open = |key: &SigningKey| {
            let signs = Some(&key.id) == signing.as_ref();
            let private =
                signs.then(|| self.sealer.open(key.id.as_str(), &key.sealed)).transpose()?;
            Ok(OpenedKey { key: key.clone(), private })
        };
        let opened = published.iter().map(open).collect::<Result<Vec<_>, SealError>>()?;
        Ok(InUse { ring: self.factory.open(opened)?, published: Arc::new(published) })
    }
}

/// Why the keys could not be opened.
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
