//! The headers with which proxies name their clients.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use poem::http::{HeaderMap, HeaderName, HeaderValue};
use tokio::runtime::{Builder, Runtime};

use crate::{
    proxies::{ForwardedHeader, TrustedProxies},
    proxy_protocol::read,
};

const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

/// Lines of the header that tells it: the first byte says which header.
pub(crate) fn forwarded(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let (header, name) = match choice % 2 {
        0 => (ForwardedHeader::XForwardedFor, HeaderName::from_static("x-forwarded-for")),
        _ => (ForwardedHeader::Forwarded, HeaderName::from_static("forwarded")),
    };
    let networks = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().expect("a network"));
    let proxies = TrustedProxies { networks: networks.to_vec(), header };
    let lines = rest.split(|byte| *byte == b'\n').map(HeaderValue::from_bytes);
    let Ok(lines) = lines.collect::<Result<Vec<_>, _>>() else { return };
    let told = |peer, first: Option<&'static str>| {
        let mut headers = HeaderMap::new();
        for line in first.map(HeaderValue::from_static).iter().chain(&lines) {
            headers.append(name.clone(), line.clone());
        }
        proxies.client(peer, &headers)
    };
    assert_eq!(told(STRANGER, None), STRANGER, "a stranger speaks for nobody else");
    let client = told(PROXY, None);
    assert_eq!(client, client.to_canonical(), "an address has one form");
    if !proxies.trust(client) {
        let hearsay = Some(if choice % 2 == 0 { "198.51.100.7" } else { "for=198.51.100.7" });
        assert_eq!(told(PROXY, hearsay), client, "what a client adds in front changes nothing");
    }
}

/// The first bytes of a connection.
pub(crate) fn proxy_protocol(data: &[u8]) {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let parsed = parse(&runtime, data);
    let followed = [data, b"GET / HTTP/1.1\r\n"].concat();
    let Ok((client, rest)) = parsed else {
        // More bytes may make a whole of it, but leave nothing behind that was sent before.
        return;
    };
    let header = &data[..data.len() - rest];
    assert_eq!(parse(&runtime, header), Ok((client, 0)), "it is complete");
    assert_eq!(parse(&runtime, &followed), Ok((client, rest + 16)), "nothing beyond it is read");
    for cut in [0, header.len() / 2, header.len() - 1] {
        assert!(parse(&runtime, &header[..cut]).is_err(), "a part of it is no header");
    }
    if let Some(client) = client {
        let (version, other) = if client.is_ipv4() { (4, "10.0.0.1") } else { (6, "fd00::1") };
        let (address, port) = (client.ip(), client.port());
        let plain = format!("PROXY TCP{version} {address} {other} {port} 443\r\n");
        assert_eq!(parse(&runtime, plain.as_bytes()), Ok((Some(client), 0)), "{plain}");
    }
}

/// The client, and how many bytes are left.
fn parse(runtime: &Runtime, mut bytes: &[u8]) -> Result<(Option<SocketAddr>, usize), String> {
    let client = runtime.block_on(read(&mut bytes))?;
    Ok((client, bytes.len()))
}
