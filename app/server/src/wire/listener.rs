//! The sockets the server listens on.

use std::{
    future::poll_fn,
    io,
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    task::{Context, Poll},
    time::Duration,
};

use poem::{
    http::uri::Scheme,
    listener::Acceptor,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::sleep,
};

use super::attentive::Attentive;
use crate::{
    Trouble,
    config::{Config, ConfigError, ServerSection},
};

/// A connection is silent, too, while its answer is worked out.
const SHORTEST_SILENCE: Duration = Duration::from_secs(5);

/// Whether the configured address could be one, without asking anybody.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let address = &config.server.address;
    let named = address.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains([' ', '/']) && port.parse::<u16>().is_ok()
    });
    if !named {
        let reason = format!(
            "`{address}` is no address; it must be a host and a port, such as 127.0.0.1:9000"
        );
        return Err(ConfigError::wrong("server.address", reason));
    }
    let (idle, fetch) = (config.server.idle_timeout, config.fetch.timeout);
    if idle < SHORTEST_SILENCE || idle <= fetch {
        let reason = "it must be 5 seconds at least, and longer than `fetch.timeout`";
        return Err(ConfigError::wrong("server.idle_timeout", reason));
    }
    let mut origins = config.server.allowed_origins.iter().flatten();
    match origins.find(|origin| !is_origin(origin)) {
        None => Ok(()),
        Some(odd) => {
            let reason = format!("`{odd}` is no web origin, such as https://app.example.com");
            Err(ConfigError::wrong("server.allowed_origins", reason))
        }
    }
}

/// A scheme, a host and perhaps a port, as browsers say it in `Origin`; or `*`, for all.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let bare = |host: &str| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']);
    text == "*" || host.map(|host| host.trim_end_matches('/')).is_some_and(bare)
}

/// Whether nobody but this machine can connect to the configured address, as far as its text tells.
pub(super) fn is_private(config: &Config) -> bool {
    let Some((host, _)) = config.server.address.rsplit_once(':') else { return false };
    match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

/// Open sockets, one for each address that the configured name stands for: a browser may take
/// `localhost` for `127.0.0.1` or for `[::1]`.
pub(crate) struct Doors {
    listeners: Vec<TcpListener>,
    /// How long a connection may be silent, in the middle of a request or between two.
    silence: Duration,
}

/// How long nobody is let in when nobody can be: most likely, too many files are open.
const PAUSE: Duration = Duration::from_millis(100);

impl Doors {
    /// Opens them. A machine without IPv6 still serves IPv4.
    pub(crate) async fn open(server: &ServerSection) -> Result<Self, Trouble> {
        let address = &server.address;
        let refuse =
            |reason: String| Trouble::Start(format!("`server.address` {address}: {reason}"));
        let resolved = address.to_socket_addrs().map_err(|error| refuse(error.to_string()))?;
        let (mut listeners, mut refusal) = (Vec::new(), None);
        for address in resolved {
            match TcpListener::bind(address).await {
                Ok(listener) => listeners.push(listener),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(refuse("another program is listening there already".to_owned()));
                }
                Err(error) => refusal = Some(error),
            }
        }
        match (listeners.is_empty(), refusal) {
            (false, _) => Ok(Self { listeners, silence: server.idle_timeout }),
            (true, Some(error)) => Err(refuse(error.to_string())),
            (true, None) => Err(refuse("it stands for no address".to_owned())),
        }
    }

    /// Whoever comes first, at whichever door. The last door that let somebody in is asked last.
    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        for at in 0..self.listeners.len() {
            if let Poll::Ready(accepted) = self.listeners[at].poll_accept(context) {
                self.listeners[at..].rotate_left(1);
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    }
}

impl Acceptor for Doors {
    type Io = Attentive<TcpStream>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        let addresses = self.listeners.iter().filter_map(|listener| listener.local_addr().ok());
        addresses.map(|address| LocalAddr(address.into())).collect()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        match poll_fn(|context| self.poll_accept(context)).await {
            Ok((stream, peer)) => {
                let local = LocalAddr(stream.local_addr()?.into());
                let stream = Attentive::new(stream, self.silence);
                Ok((stream, local, RemoteAddr(peer.into()), Scheme::HTTP))
            }
            Err(error) => {
                // The server asks again at once, and would do nothing else.
                tracing::warn!(%error, "nobody can be let in");
                sleep(PAUSE).await;
                Err(error)
            }
        }
    }
}
