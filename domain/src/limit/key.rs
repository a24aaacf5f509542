//! The keys that attempts are counted by.

use sha2::{Digest as _, Sha256};

use super::address::AddressBlocks;
use crate::ClientId;

/// The key that one bucket is found by: a digest, so that its size is bounded, and no name that somebody
/// typed is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BucketKey([u8; 32]);

/// The key that attempts are counted by. What comes from an IPv6 address is counted in several buckets,
/// one for each of its [`AddressBlocks`]; an attempt needs a token of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LimitKey([Option<(BucketKey, u32)>; 3]);

impl LimitKey {
    /// Counts by address.
    #[must_use]
    pub fn address(blocks: AddressBlocks) -> Self {
        Self::at(&[], blocks)
    }

    /// Counts by account, given by the name that was typed for it.
    #[must_use]
    pub fn account(name: &str) -> Self {
        Self::one(&[b"account", name.as_bytes()])
    }

    /// Counts by account and address together.
    #[must_use]
    pub fn account_at(name: &str, blocks: AddressBlocks) -> Self {
        Self::at(&[b"account", name.as_bytes()], blocks)
    }

    /// Counts by client and address together.
    #[must_use]
    pub fn client_at(client: &ClientId, blocks: AddressBlocks) -> Self {
        Self::at(&[b"client", client.as_str().as_bytes()], blocks)
    }

    /// Counts something that concerns the whole server.
    #[must_use]
    pub fn server(cause: &str) -> Self {
        Self::one(&[b"server", cause.as_bytes()])
    }

    /// The buckets that are counted in, the widest first, and how many times the quota each of them has.
    pub fn buckets(self) -> impl Iterator<Item = (BucketKey, u32)> {
        self.0.into_iter().flatten()
    }

    fn one(parts: &[&[u8]]) -> Self {
        Self([Some((digest(parts), 1)), None, None])
    }

    fn at(parts: &[&[u8]], blocks: AddressBlocks) -> Self {
        let mut each = blocks.each().map(|(block, shares)| {
            let bytes = block.bytes();
            (digest(&[parts, &[bytes.as_slice()]].concat()), shares)
        });
        Self([each.next(), each.next(), each.next()])
    }
}

fn digest(parts: &[&[u8]]) -> BucketKey {
    let hash = parts.iter().fold(Sha256::new(), |hash, part| {
        hash.chain_update(part.len().to_be_bytes()).chain_update(part)
    });
    BucketKey(hash.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RequestSource;

    #[test]
    fn keys_of_different_things_differ() {
        let blocks = AddressBlocks::of(&RequestSource::default());
        let keys = [
            LimitKey::address(blocks),
            LimitKey::account("a"),
            LimitKey::account_at("a", blocks),
            LimitKey::client_at(&ClientId::new("a"), blocks),
            LimitKey::server("a"),
        ];
        for (n, key) in keys.iter().enumerate() {
            assert!(!keys[..n].contains(key));
        }
    }

    #[test]
    fn neighbours_share_the_wide_buckets_and_have_narrow_ones_of_their_own() {
        let key = |text: &str| {
            let blocks = AddressBlocks::at(text.parse().expect("an address"));
            LimitKey::account_at("a", blocks).buckets().collect::<Vec<_>>()
        };
        let (one, other) = (key("2001:db8:1:201::1"), key("2001:db8:1:202::1"));
        assert_eq!(one[..2], other[..2]);
        assert_ne!(one[2], other[2]);
        assert_eq!(key("192.0.2.1").len(), 1);
    }
}
