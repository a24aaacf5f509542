//! The header of the PROXY protocol, versions 1 and 2, with which a proxy begins each connection.

use std::net::SocketAddr;

use proxy_header::{ParseConfig, ProxyHeader};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The first twelve bytes of version 2. A header of version 1 is longer, too.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// The longest header of version 1, with its end of line.
const LONGEST_V1: usize = 107;
/// The greatest length of the part after the first sixteen bytes of version 2. Addresses take 216
/// bytes at most; the additions of load balancers are some hundreds.
const LONGEST_V2: u16 = 4096;

/// Reads the header and nothing beyond it. Returns the client on whose behalf the proxy has
/// connected, or `None` if it is the proxy's own connection, such as a health check.
///
/// # Errors
///
/// A description of what is wrong with the header.
pub(super) async fn read(
    stream: &mut (impl AsyncRead + Unpin),
) -> Result<Option<SocketAddr>, String> {
    let mut header = vec![0; SIGNATURE.len()];
    let failed = |error: std::io::Error| error.to_string();
    stream.read_exact(&mut header).await.map_err(failed)?;
    if header == SIGNATURE {
        header.resize(SIGNATURE.len() + 4, 0);
        stream.read_exact(&mut header[SIGNATURE.len()..]).await.map_err(failed)?;
        let length = u16::from_be_bytes([header[14], header[15]]);
        if length > LONGEST_V2 {
            return Err("it is too long".to_owned());
        }
        header.resize(SIGNATURE.len() + 4 + usize::from(length), 0);
        stream.read_exact(&mut header[SIGNATURE.len() + 4..]).await.map_err(failed)?;
    } else if header.starts_with(b"PROXY ") {
        while !header.ends_with(b"\r\n") {
            if header.len() == LONGEST_V1 {
                return Err("it is too long".to_owned());
            }
            header.push(stream.read_u8().await.map_err(failed)?);
        }
    } else {
        return Err("there is none".to_owned());
    }
    let parsed = ProxyHeader::parse(&header, ParseConfig::default());
    let (parsed, _) = parsed.map_err(|error| error.to_string())?;
    Ok(parsed.proxied_address().map(|address| address.source))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parse(bytes: &[u8]) -> Result<(Option<String>, Vec<u8>), String> {
        let mut rest = bytes;
        let client = read(&mut rest).await?;
        Ok((client.map(|client| client.to_string()), rest.to_vec()))
    }

    fn v2(command: u8, family: u8, payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(payload.len()).expect("it is short").to_be_bytes();
        [&SIGNATURE[..], &[command, family], &length, payload].concat()
    }

    #[tokio::test]
    async fn both_versions_name_the_client_and_leave_what_follows() {
        let v1 = b"PROXY TCP4 198.51.100.1 10.0.0.1 4711 443\r\nGET / HTTP/1.1\r\n";
        let expected = (Some("198.51.100.1:4711".to_owned()), b"GET / HTTP/1.1\r\n".to_vec());
        assert_eq!(parse(v1).await, Ok(expected.clone()));
        let payload = [198, 51, 100, 1, 10, 0, 0, 1, 0x12, 0x67, 1, 187, 4, 0, 1, 0];
        let bytes = [v2(0x21, 0x11, &payload), b"GET / HTTP/1.1\r\n".to_vec()].concat();
        assert_eq!(parse(&bytes).await, Ok(expected));
    }

    #[tokio::test]
    async fn a_proxys_own_connection_names_nobody() {
        assert_eq!(parse(b"PROXY UNKNOWN\r\n").await, Ok((None, Vec::new())));
        assert_eq!(parse(&v2(0x20, 0, &[])).await, Ok((None, Vec::new())));
    }

    #[tokio::test]
    async fn whatever_is_no_header_is_refused() {
        let endless = [b"PROXY TCP4 ".to_vec(), vec![b'1'; 200]].concat();
        let huge = [&SIGNATURE[..], &[0x21, 0x11, 0xff, 0xff], &vec![0; 70_000]].concat();
        let odd: [&[u8]; 8] = [
            b"",
            b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
            b"PROXY TCP4 198.51.100.1",
            b"PROXY TCP4 x 10.0.0.1 4711 443\r\n",
            &v2(0x31, 0x11, &[0; 12]),
            &v2(0x21, 0x11, &[0; 11]),
            &endless,
            &huge,
        ];
        for bytes in odd {
            assert!(parse(bytes).await.is_err(), "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
