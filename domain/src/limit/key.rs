//! The keys that attempts are counted by.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

use crate::{ClientId, Origin};

/// The addresses that are counted as one: an IPv4 address, or the /64 that one IPv6 subscriber has at
/// least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressBlock(Option<IpAddr>);

impl AddressBlock {
    /// The block that a request came from. All requests of unknown origin are one block.
    #[must_use]
    pub fn of(origin: &Origin) -> Self {
        Self(origin.address.map(network))
    }

    /// The block that an address belongs to.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self(Some(network(address)))
    }

    /// The address itself, or the first of the /64; `None` for requests of unknown origin.
    #[must_use]
    pub fn network(self) -> Option<IpAddr> {
        self.0
    }

    /// The IPv4 address itself, or the first address of the IPv6 /48 around the block: the most that one
    /// subscriber usually has (RFC 6177 §2). `None` for requests of unknown origin.
    #[must_use]
    pub fn site(self) -> Option<IpAddr> {
        self.0.map(|address| match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 80 << 80).into()),
        })
    }

    fn octets(self) -> Vec<u8> {
        match self.0 {
            None => Vec::new(),
            Some(IpAddr::V4(address)) => address.octets().to_vec(),
            Some(IpAddr::V6(address)) => address.octets().to_vec(),
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
    }
}

/// The key that a bucket is found by: a digest, so that its size is bounded, and no name that somebody
/// typed is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LimitKey([u8; 32]);

impl LimitKey {
    /// Counts by address.
    #[must_use]
    pub fn address(block: AddressBlock) -> Self {
        Self::of(&[&block.octets()])
    }

    /// Counts by account, given by the name that was typed for it.
    #[must_use]
    pub fn account(name: &str) -> Self {
        Self::of(&[b"account", name.as_bytes()])
    }

    /// Counts by account and address together.
    #[must_use]
    pub fn account_at(name: &str, block: AddressBlock) -> Self {
        Self::of(&[b"account", name.as_bytes(), &block.octets()])
    }

    /// Counts by client and address together.
    #[must_use]
    pub fn client_at(client: &ClientId, block: AddressBlock) -> Self {
        Self::of(&[b"client", client.as_str().as_bytes(), &block.octets()])
    }

    /// Counts something that concerns the whole server.
    #[must_use]
    pub fn server(cause: &str) -> Self {
        Self::of(&[b"server", cause.as_bytes()])
    }

    fn of(parts: &[&[u8]]) -> Self {
        let hash = parts.iter().fold(Sha256::new(), |hash, part| {
            hash.chain_update(part.len().to_be_bytes()).chain_update(part)
        });
        Self(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_subscriber_are_one() {
        let block = |text: &str| {
            let address = Some(text.parse().expect("an address"));
            AddressBlock::of(&Origin { address, ..Origin::default() })
        };
        assert_eq!(block("2001:db8:1:2::1"), block("2001:db8:1:2:ffff::9"));
        assert_ne!(block("2001:db8:1:2::1"), block("2001:db8:1:3::1"));
        assert_ne!(block("192.0.2.1"), block("192.0.2.2"));
        assert_eq!(block("::ffff:192.0.2.1"), block("192.0.2.1"));
        let subscriber = AddressBlock::at("2001:db8:1:2::1".parse().expect("an address"));
        assert_eq!(subscriber.network(), "2001:db8:1:2::".parse().ok());
        assert_eq!(subscriber.site(), "2001:db8:1::".parse().ok());
        assert_ne!(block("2001:db8:1:2::1").site(), block("2001:db8:2:2::1").site());
        assert_eq!(block("192.0.2.1").site(), "192.0.2.1".parse().ok());
    }

    #[test]
    fn keys_of_different_things_differ() {
        let block = AddressBlock::of(&Origin::default());
        let keys = [
            LimitKey::address(block),
            LimitKey::account("a"),
            LimitKey::account_at("a", block),
            LimitKey::client_at(&ClientId::new("a"), block),
            LimitKey::server("a"),
        ];
        for (n, key) in keys.iter().enumerate() {
            assert!(!keys[..n].contains(key));
        }
    }
}
