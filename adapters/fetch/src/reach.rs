//! The addresses that may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Everything of the IPv4 address space that is not somebody's public server (IANA IPv4
/// Special-Purpose Address Registry, multicast, and what is reserved).
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// The range of IPv6 that is assigned to the public; all addresses outside are local, translated or
/// reserved.
const GLOBAL_UNICAST: Ipv6Net = v6([0x2000, 0], 3);

/// The ranges within [`GLOBAL_UNICAST`] that hold no public server: protocol assignments with
/// Teredo, documentation, and 6to4, which leads to IPv4.
const SPECIAL_V6: [Ipv6Net; 4] =
    [v6([0x2001, 0], 23), v6([0x2001, 0xdb8], 32), v6([0x2002, 0], 16), v6([0x3fff, 0], 20)];

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b]: [u16; 2], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// The addresses that may be connected to: public ones, and those of the networks that are named.
#[derive(Clone, Debug, Default)]
pub struct AddressPolicy {
    networks: Vec<IpNet>,
}

impl AddressPolicy {
    /// The public addresses, and those in `networks`.
    #[must_use]
    pub fn public_and(networks: Vec<IpNet>) -> Self {
        Self { networks }
    }

    /// Whether `address` may be asked.
    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        is_public(address) || self.networks.iter().any(|network| network.contains(&address))
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !SPECIAL_V4.iter().any(|net| net.contains(&v4)),
        IpAddr::V6(v6) => {
            GLOBAL_UNICAST.contains(&v6) && !SPECIAL_V6.iter().any(|net| net.contains(&v6))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(reach: &AddressPolicy, address: &str) -> bool {
        reach.permits(address.parse().expect("an address"))
    }

    #[test]
    fn only_public_addresses_are_asked() {
        let reach = AddressPolicy::default();
        for public in ["1.1.1.1", "140.82.112.3", "100.63.0.1", "172.32.0.1", "2606:4700::1111"] {
            assert!(permitted(&reach, public), "{public}");
        }
        let special = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.19.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ];
        for special in special {
            assert!(!permitted(&reach, special), "{special}");
        }
    }

    #[test]
    fn a_network_that_is_named_is_asked_too_and_no_other() {
        let named = |net: &str| net.parse().expect("a network");
        let reach = AddressPolicy::public_and(vec![named("10.1.0.0/16"), named("fd12::/16")]);
        for near in ["10.1.255.1", "::ffff:10.1.0.1", "fd12::7"] {
            assert!(permitted(&reach, near), "{near}");
        }
        for far in ["10.2.0.1", "127.0.0.1", "fd13::7"] {
            assert!(!permitted(&reach, far), "{far}");
        }
    }
}
