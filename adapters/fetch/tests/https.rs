//! Real HTTPS on loopback: what is fetched, and what is not.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use adapter_fetch::{AddressPolicy, FetchSettings, HttpsWeb};
use ports::outbound::{FetchError, HttpFetcher};
use rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer};
use tempfile::NamedTempFile;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

const DOCUMENT: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// A server for `localhost` and `127.0.0.1` that answers every request alike.
struct Site {
    address: SocketAddr,
    authority: NamedTempFile,
    connections: Arc<AtomicUsize>,
}

impl Site {
    /// Answers with `answer` and ends the connection; without one, it says nothing.
    async fn answering(answer: Option<String>) -> Self {
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = rcgen::generate_simple_self_signed(names).expect("a certificate");
        let authority = NamedTempFile::new().expect("a file");
        std::fs::write(authority.path(), certificate.cert.pem()).expect("written");
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).expect("a key");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.cert.der().clone()], key)
            .expect("TLS");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let connections = Arc::new(AtomicUsize::default());
        tokio::spawn(serve(listener, config.into(), answer, connections.clone()));
        Self { address, authority, connections }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}/logo.png", self.address.port())
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// A client that trusts this site, and may ask `networks` besides the public ones.
    fn web(&self, networks: &[&str], timeout: Duration) -> HttpsWeb {
        let networks = networks.iter().map(|network| network.parse().expect("a network"));
        HttpsWeb::new(FetchSettings {
            reach: AddressPolicy::public_and(networks.collect()),
            timeout,
            trusted_certificates: Some(self.authority.path().to_owned()),
        })
        .expect("set up")
    }

    /// The result for a client that may connect to loopback.
    async fn fetched(&self, longest: usize) -> Result<Vec<u8>, FetchError> {
        let web = self.web(LOOPBACK, Duration::from_secs(20));
        web.fetch(&self.url("localhost"), longest).await
    }
}

const LOOPBACK: &[&str] = &["127.0.0.0/8"];

async fn serve(
    listener: TcpListener,
    config: Arc<ServerConfig>,
    answer: Option<String>,
    connections: Arc<AtomicUsize>,
) {
    loop {
        let (socket, _) = listener.accept().await.expect("a connection");
        connections.fetch_add(1, Ordering::SeqCst);
        let (acceptor, answer) = (TlsAcceptor::from(config.clone()), answer.clone());
        tokio::spawn(async move {
            let mut stream = acceptor.accept(socket).await.ok()?;
            let asked = stream.read(&mut [0; 4096]).await.ok()?;
            assert_ne!(asked, 0, "a request");
            match answer {
                Some(answer) => stream.write_all(answer.as_bytes()).await.ok()?,
                None => std::future::pending().await,
            }
            stream.shutdown().await.ok()
        });
    }
}

#[tokio::test]
async fn a_document_is_fetched_from_where_one_may_ask() {
    let site = Site::answering(Some(DOCUMENT.to_owned())).await;
    let web = site.web(LOOPBACK, Duration::from_secs(20));
    for host in ["localhost", "127.0.0.1"] {
        let document = web.fetch(&site.url(host), 5).await;
        assert_eq!(document.expect("fetched"), b"hello", "{host}");
    }
}

#[tokio::test]
async fn a_private_address_is_not_even_connected_to_by_whatever_name() {
    let site = Site::answering(Some(DOCUMENT.to_owned())).await;
    let web = site.web(&["10.0.0.0/8"], Duration::from_secs(20));
    for host in ["localhost", "127.0.0.1", "0x7f.1", "2130706433", "[::ffff:7f00:1]"] {
        let answer = web.fetch(&site.url(host), 5).await;
        assert!(matches!(answer, Err(FetchError::Forbidden(_))), "{host}: {answer:?}");
    }
    assert_eq!(site.connections(), 0);
}

#[tokio::test]
async fn an_address_that_is_not_plain_https_is_refused() {
    let site = Site::answering(Some(DOCUMENT.to_owned())).await;
    let web = site.web(LOOPBACK, Duration::from_secs(20));
    let port = site.address.port();
    for url in [
        format!("http://localhost:{port}/"),
        format!("https://me:secret@localhost:{port}/"),
        format!("https://me@localhost:{port}/"),
        "file:///etc/passwd".to_owned(),
        "https://".to_owned(),
    ] {
        let answer = web.fetch(&url, 5).await;
        assert!(matches!(answer, Err(FetchError::Forbidden(_))), "{url}: {answer:?}");
    }
    assert_eq!(site.connections(), 0);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_an_error_is_no_document() {
    for (status, code) in [("302 Found", 302), ("404 Not Found", 404), ("206 Partial Content", 206)]
    {
        let answer = format!(
            "HTTP/1.1 {status}\r\nLocation: https://localhost/\r\nContent-Length: 5\r\n\r\nhello"
        );
        let site = Site::answering(Some(answer)).await;
        let answer = site.fetched(5).await;
        assert!(
            matches!(answer, Err(FetchError::Refused(refused)) if refused == code),
            "{answer:?}"
        );
        assert_eq!(site.connections(), 1);
    }
}

#[tokio::test]
async fn a_document_is_read_no_further_than_it_may_be_long() {
    let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhello\r\n";
    for answer in [DOCUMENT, chunked] {
        let site = Site::answering(Some(answer.to_owned())).await;
        let answer = site.fetched(4).await;
        assert!(matches!(answer, Err(FetchError::TooLong(4))), "{answer:?}");
    }
}

#[tokio::test]
async fn a_server_that_never_answers_is_left_alone() {
    let site = Site::answering(None).await;
    let web = site.web(LOOPBACK, Duration::from_millis(300));
    let answer = web.fetch(&site.url("localhost"), 5).await;
    assert!(matches!(answer, Err(FetchError::Unreachable(_))), "{answer:?}");
}

#[tokio::test]
async fn a_certificate_of_nobody_we_trust_is_refused() {
    let site = Site::answering(Some(DOCUMENT.to_owned())).await;
    let other = Site::answering(Some(DOCUMENT.to_owned())).await;
    let web = other.web(LOOPBACK, Duration::from_secs(20));
    let answer = web.fetch(&site.url("localhost"), 5).await;
    assert!(matches!(answer, Err(FetchError::Unreachable(_))), "{answer:?}");
}

#[test]
fn a_file_without_certificates_is_refused_when_the_server_starts() {
    let empty = NamedTempFile::new().expect("a file");
    for file in [empty.path(), std::path::Path::new("/nowhere/ca.pem")] {
        let settings = FetchSettings {
            reach: AddressPolicy::default(),
            timeout: Duration::from_secs(1),
            trusted_certificates: Some(file.to_owned()),
        };
        assert!(HttpsWeb::new(settings).is_err(), "{}", file.display());
    }
}
