//! Encrypts what must be read back later: AES-256-GCM, under a key of its owner's own.
//!
//! The format: a version, the id of the master key, a nonce, the ciphertext with its tag.

use std::sync::Arc;

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{Aead, Payload},
};
use ports::outbound::{Entropy, SealError, Sealer};
use zeroize::Zeroizing;

use crate::MasterKey;

const VERSION: u8 = 1;
const KEY_ID: usize = 4;
const NONCE: usize = 12;

/// Seals under the newest master key, and opens under any.
pub struct AesSealer {
    /// The newest first.
    keys: Vec<(KeyId, MasterKey)>,
    entropy: Arc<dyn Entropy>,
}

/// Tells master keys apart, and nothing about them.
type KeyId = [u8; KEY_ID];

impl AesSealer {
    /// Seals under `current`; opens what `older` ones sealed too, so that a master key can be
    /// replaced before everything is sealed anew.
    #[must_use]
    pub fn new(
        current: MasterKey,
        older: impl IntoIterator<Item = MasterKey>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let keys = std::iter::once(current).chain(older);
        Self { keys: keys.map(|key| (key.expand("key id", ""), key)).collect(), entropy }
    }
}

impl Sealer for AesSealer {
    fn seal(&self, owner: &str, plain: &[u8]) -> Vec<u8> {
        let (id, key) = self.keys.first().expect("the current key is always there");
        let nonce: [u8; NONCE] = self.entropy.bytes();
        let encrypted = cipher(key, owner)
            .encrypt(&nonce.into(), Payload { msg: plain, aad: owner.as_bytes() })
            .expect("what we seal is far shorter than 64 GiB");
        [&[VERSION], id.as_slice(), &nonce, &encrypted].concat()
    }

    fn open(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (version, rest) = sealed.split_first().ok_or(SealError)?;
        let (id, rest) = rest.split_first_chunk::<KEY_ID>().ok_or(SealError)?;
        let (nonce, encrypted) = rest.split_first_chunk::<NONCE>().ok_or(SealError)?;
        let payload = || Payload { msg: encrypted, aad: owner.as_bytes() };
        self.keys
            .iter()
            .filter(|(known, _)| *version == VERSION && known == id)
            .find_map(|(_, key)| cipher(key, owner).decrypt(nonce.into(), payload()).ok())
            .ok_or(SealError)
    }
}

fn cipher(key: &MasterKey, owner: &str) -> Aes256Gcm {
    let key = Zeroizing::new(key.expand::<32>("owner", owner));
    Aes256Gcm::new(key.as_slice().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts, so that every draw differs.
    #[derive(Default)]
    struct Counting(std::sync::atomic::AtomicU8);

    impl Entropy for Counting {
        fn fill(&self, buf: &mut [u8]) {
            buf.fill(self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        }
    }

    fn keys(current: u8, older: &[u8]) -> AesSealer {
        let key = |byte: u8| MasterKey::new([byte; 32]);
        AesSealer::new(
            key(current),
            older.iter().map(|&byte| key(byte)),
            Arc::new(Counting::default()),
        )
    }

    #[test]
    fn what_was_sealed_opens_for_its_owner_alone() {
        let keys = keys(1, &[]);
        for plain in [&b""[..], b"a private key", &[7; 4096]] {
            let sealed = keys.seal("key/a", plain);
            assert_eq!(keys.open("key/a", &sealed).as_deref(), Ok(plain));
            assert_eq!(keys.open("key/b", &sealed), Err(SealError), "another owner");
        }
    }

    #[test]
    fn no_two_seals_are_alike() {
        let keys = keys(1, &[]);
        assert_ne!(keys.seal("a", b"x"), keys.seal("a", b"x"));
    }

    #[test]
    fn an_altered_seal_does_not_open() {
        let keys = keys(1, &[]);
        let sealed = keys.seal("a", b"plain");
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert_eq!(keys.open("a", &altered), Err(SealError), "byte {index}");
            assert_eq!(keys.open("a", &sealed[..index]), Err(SealError), "cut at {index}");
        }
    }

    #[test]
    fn an_older_master_key_still_opens_and_a_foreign_one_does_not() {
        let sealed = keys(1, &[]).seal("a", b"plain");
        assert_eq!(keys(2, &[3, 1]).open("a", &sealed).as_deref(), Ok(&b"plain"[..]));
        assert_eq!(keys(2, &[3]).open("a", &sealed), Err(SealError));
        let resealed = keys(2, &[1]).seal("a", b"plain");
        assert!(keys(2, &[]).open("a", &resealed).is_ok(), "the newest seals");
    }
}
