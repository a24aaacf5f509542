//! The networks that a request is counted with.

use std::net::IpAddr;

use crate::RequestSource;

/// A network whose addresses are counted as one, or everything of unknown origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressBlock {
    network: Option<IpAddr>,
    prefix: u8,
}

impl AddressBlock {
    /// The first address of the network; `None` for requests of unknown origin.
    #[must_use]
    pub fn network(self) -> Option<IpAddr> {
        self.network
    }

    /// Tells it from every other block.
    pub(super) fn bytes(self) -> Vec<u8> {
        let address = match self.network {
            None => Vec::new(),
            Some(IpAddr::V4(address)) => address.octets().to_vec(),
            Some(IpAddr::V6(address)) => address.octets().to_vec(),
        };
        [address, vec![self.prefix]].concat()
    }
}

/// The prefixes that IPv6 addresses are counted by, the widest first, and how many times the share of
/// an IPv4 address each may use up. A host has a /64 at least, a home has a /56 or a /48, and one
/// customer of a data centre has a /48, with 65,536 of the former in it. So none of these is worth more
/// than a few addresses, and a home that uses up its own /56 leaves its neighbours in the /48 their
/// share.
const LEVELS: [(u8, u32); 3] = [(48, 16), (56, 4), (64, 1)];

/// Every network that one address is counted with. There is no other way to an [`AddressBlock`], so that
/// nothing is counted by a /64 alone, of which some have as many as they like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressBlocks(Option<IpAddr>);

impl AddressBlocks {
    /// The networks that a request came from. All requests of unknown origin are one.
    #[must_use]
    pub fn of(origin: &RequestSource) -> Self {
        origin.address.map_or(Self(None), Self::at)
    }

    /// The networks that an address belongs to.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self(Some(match address.to_canonical() {
            IpAddr::V6(address) => masked(address.to_bits(), 64),
            address @ IpAddr::V4(_) => address,
        }))
    }

    /// Each of them, the widest first, with the number of shares that it may use up.
    #[must_use]
    pub fn each(self) -> impl DoubleEndedIterator<Item = (AddressBlock, u32)> {
        let whole = |prefix| Some((AddressBlock { network: self.0, prefix }, 1));
        let blocks = match self.0 {
            None => [whole(0), None, None],
            Some(IpAddr::V4(_)) => [whole(32), None, None],
            Some(IpAddr::V6(address)) => LEVELS.map(|(prefix, shares)| {
                let network = Some(masked(address.to_bits(), prefix));
                Some((AddressBlock { network, prefix }, shares))
            }),
        };
        blocks.into_iter().flatten()
    }

    /// The widest of them: an IPv4 address, or an IPv6 /48. It is enough where a share is no more than
    /// a place in a list, so that neighbours may well have one together.
    #[must_use]
    pub fn widest(self) -> AddressBlock {
        let unknown = AddressBlock { network: self.0, prefix: 0 };
        self.each().next().map_or(unknown, |(block, _)| block)
    }
}

fn masked(bits: u128, prefix: u8) -> IpAddr {
    let rest = 128 - u32::from(prefix);
    IpAddr::V6((bits >> rest << rest).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(text: &str) -> AddressBlocks {
        AddressBlocks::at(text.parse().expect("an address"))
    }

    #[test]
    fn addresses_of_one_host_are_one() {
        assert_eq!(blocks("2001:db8:1:2::1"), blocks("2001:db8:1:2:ffff::9"));
        assert_ne!(blocks("2001:db8:1:2::1"), blocks("2001:db8:1:3::1"));
        assert_ne!(blocks("192.0.2.1"), blocks("192.0.2.2"));
        assert_eq!(blocks("::ffff:192.0.2.1"), blocks("192.0.2.1"));
    }

    #[test]
    fn an_ipv6_address_is_counted_with_ever_narrower_networks_and_an_ipv4_address_by_itself() {
        let counted = |text: &str| -> Vec<_> {
            let network = |block: AddressBlock| block.network().expect("known").to_string();
            blocks(text).each().map(|(block, shares)| (network(block), shares)).collect()
        };
        let expected = [("2001:db8:1::", 16), ("2001:db8:1:200::", 4), ("2001:db8:1:234::", 1)];
        assert_eq!(counted("2001:db8:1:234::1"), expected.map(|(text, n)| (text.to_owned(), n)));
        assert_eq!(counted("192.0.2.1"), [("192.0.2.1".to_owned(), 1)]);
        let zero: Vec<_> = blocks("2001:db8::").each().map(|(block, _)| block).collect();
        assert!(zero[0] != zero[1] && zero[1] != zero[2], "a prefix tells networks apart");
    }

    #[test]
    fn what_comes_from_nowhere_is_counted_together() {
        let unknown = AddressBlocks::of(&RequestSource::default());
        assert_eq!(unknown.each().count(), 1);
        assert_eq!(unknown.widest().network(), None);
    }
}
