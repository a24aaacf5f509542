//! The address of the client behind trusted proxies.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use poem::http::{HeaderMap, HeaderName, header};

/// The proxies whose information about the client's address is trusted. The default trusts none.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    /// The networks of the proxies.
    pub networks: Vec<IpNet>,
    /// The header in which they name the client.
    pub header: ForwardedHeader,
}

/// The header in which proxies name the client. Only one is read: a proxy that sets one of them
/// passes the other on as the client sent it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`: addresses with commas between.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239), its parameter `for`.
    Forwarded,
}

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

impl TrustedProxies {
    /// Says whether `address` is that of a trusted proxy.
    #[must_use]
    pub fn trust(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }

    /// The address that a request comes from: the last one in the chain that is not a trusted
    /// proxy. Everything to the left of it is unverified. If a trusted proxy has not named an
    /// address, the chain ends with that proxy.
    pub(super) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut known = peer.to_canonical();
        if !self.trust(known) {
            return known;
        }
        let name = match self.header {
            ForwardedHeader::XForwardedFor => X_FORWARDED_FOR,
            ForwardedHeader::Forwarded => header::FORWARDED,
        };
        for line in headers.get_all(name).iter().rev() {
            for element in String::from_utf8_lossy(line.as_bytes()).rsplit(',') {
                let Some(address) = self.header.address(element) else { return known };
                known = address;
                if !self.trust(known) {
                    return known;
                }
            }
        }
        known
    }
}

impl ForwardedHeader {
    fn address(self, element: &str) -> Option<IpAddr> {
        match self {
            Self::XForwardedFor => address(element.trim()),
            Self::Forwarded => element.split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                let is_for = name.trim().eq_ignore_ascii_case("for");
                is_for.then(|| address(value.trim().trim_matches('"'))).flatten()
            }),
        }
    }
}

/// Parses an address, which may be in brackets and may have a port (RFC 7239 §6).
fn address(node: &str) -> Option<IpAddr> {
    let bracketed = || node.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let with_port = || node.parse::<SocketAddr>().ok().map(|address| address.ip());
    let address: Option<IpAddr> = node.parse().ok().or_else(bracketed).or_else(with_port);
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn client(header: ForwardedHeader, peer: &str, lines: &[(&'static str, &str)]) -> String {
        let networks =
            ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().expect("a network"));
        let proxies = TrustedProxies { networks: networks.to_vec(), header };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_str(value).expect("a header"));
        }
        proxies.client(peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn nobody_who_is_not_trusted_is_believed() {
        let lines = [("x-forwarded-for", "198.51.100.1"), ("forwarded", "for=198.51.100.1")];
        for header in [ForwardedHeader::XForwardedFor, ForwardedHeader::Forwarded] {
            assert_eq!(client(header, "192.0.2.1", &lines), "192.0.2.1");
        }
        let nobody = TrustedProxies::default();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("198.51.100.1"));
        let peer = "127.0.0.1".parse().expect("an address");
        assert_eq!(nobody.client(peer, &headers), peer);
    }

    #[test]
    fn the_last_address_that_is_not_trusted_counts() {
        let told =
            |text| client(ForwardedHeader::XForwardedFor, "10.0.0.1", &[("x-forwarded-for", text)]);
        assert_eq!(told("198.51.100.1"), "198.51.100.1");
        assert_eq!(told("1.1.1.1, 198.51.100.1, 10.9.9.9"), "198.51.100.1");
        assert_eq!(told("1.1.1.1,198.51.100.1:4711 ,[fd00::1]:80"), "198.51.100.1");
        assert_eq!(told("2001:db8::5"), "2001:db8::5");
        assert_eq!(told("1.1.1.1, unknown"), "10.0.0.1", "the chain breaks off here");
        assert_eq!(told("1.1.1.1, unknown, 10.0.0.2"), "10.0.0.2");
        assert_eq!(told(""), "10.0.0.1");
    }

    #[test]
    fn several_lines_are_one_list() {
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.1, 10.0.0.2")];
        assert_eq!(client(ForwardedHeader::XForwardedFor, "10.0.0.1", &lines), "198.51.100.1");
    }

    #[test]
    fn the_standard_header_is_read_where_it_is_the_one() {
        let told = |text| client(ForwardedHeader::Forwarded, "10.0.0.1", &[("forwarded", text)]);
        assert_eq!(told("for=1.1.1.1, for=198.51.100.1;proto=https;by=10.0.0.1"), "198.51.100.1");
        assert_eq!(told(r#"by=10.0.0.1; For="[2001:db8::5]:4711""#), "2001:db8::5");
        assert_eq!(told("for=1.1.1.1, for=_hidden"), "10.0.0.1");
        assert_eq!(told("for=1.1.1.1, proto=https"), "10.0.0.1");
        let other = [("x-forwarded-for", "1.1.1.1")];
        assert_eq!(client(ForwardedHeader::Forwarded, "10.0.0.1", &other), "10.0.0.1");
    }
}
