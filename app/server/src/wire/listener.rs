//! The sockets the server listens on.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use poem::listener::{AcceptorExt, BoxAcceptor, TcpAcceptor};
use tokio::net::TcpListener;

use crate::{
    Trouble,
    config::{Config, ConfigError},
};

/// Whether the configured address could be one, without asking anybody.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    let address = &config.server.address;
    let named = address.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains([' ', '/']) && port.parse::<u16>().is_ok()
    });
    if named {
        return Ok(());
    }
    let reason =
        format!("`{address}` is no address; it must be a host and a port, such as 127.0.0.1:9000");
    Err(ConfigError::wrong("server.address", reason))
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
}

impl Doors {
    /// Opens them. A machine without IPv6 still serves IPv4.
    pub(crate) async fn open(address: &str) -> Result<Self, Trouble> {
        let refuse =
            |reason: String| Trouble::Start(format!("`server.address` {address}: {reason}"));
        let resolved = address.to_socket_addrs().map_err(|error| refuse(error.to_string()))?;
        let (mut listeners, mut refusal) = (Vec::new(), None);
        for address in resolved {
            match listen(address).await {
                Ok(listener) => listeners.push(listener),
                Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
                    return Err(refuse("another program is listening there already".to_owned()));
                }
                Err(error) => refusal = Some(error),
            }
        }
        match (listeners.is_empty(), refusal) {
            (false, _) => Ok(Self { listeners }),
            (true, Some(error)) => Err(refuse(error.to_string())),
            (true, None) => Err(refuse("it stands for no address".to_owned())),
        }
    }

    /// What the server takes connections from.
    pub(crate) fn into_acceptor(self) -> Result<BoxAcceptor, Trouble> {
        let mut all: Option<BoxAcceptor> = None;
        for listener in self.listeners {
            let acceptor = TcpAcceptor::from_tokio(listener)
                .map_err(|error| Trouble::Start(error.to_string()))?;
            all = Some(match all {
                None => acceptor.boxed(),
                Some(others) => others.combine(acceptor).boxed(),
            });
        }
        all.ok_or_else(|| Trouble::Start("there is nowhere to listen".to_owned()))
    }
}

async fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}
