//! The sockets the server listens on.

use std::{
    io,
    net::{IpAddr, ToSocketAddrs},
    time::Duration,
};

use adapter_http::{ForwardedHeader, ListenSettings, Listeners, TrustedProxies};
use tokio::net::TcpListener;

use super::open_files;
use crate::{
    StartupError,
    config::{Config, ConfigError, Forwarding, ServerSection},
};

/// The idle timeout must cover the slowest response.
const SHORTEST_SILENCE: Duration = Duration::from_secs(5);

/// Checks the syntax of the configured address, without resolving it.
pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    check_address("server.address", &config.server.address)?;
    let (idle, fetch) = (config.server.idle_timeout, config.fetch.timeout);
    if idle < SHORTEST_SILENCE || idle <= fetch {
        let reason = "it must be 5 seconds at least, and longer than `fetch.timeout`";
        return Err(ConfigError::wrong("server.idle_timeout", reason));
    }
    if config.server.head_timeout.is_zero() {
        return Err(ConfigError::wrong("server.head_timeout", "it must be longer than no time"));
    }
    check_connections(&config.server)?;
    let mut origins = config.server.allowed_origins.iter().flatten();
    match origins.find(|origin| !is_origin(origin)) {
        None => Ok(()),
        Some(odd) => {
            let reason = format!("`{odd}` is no web origin, such as https://app.example.com");
            Err(ConfigError::wrong("server.allowed_origins", reason))
        }
    }
}

/// Whether the address of the admin application could be one, and is not that of the public one.
pub(super) fn check_admin(config: &Config) -> Result<(), ConfigError> {
    let Some(address) = &config.admin.address else { return Ok(()) };
    check_address("admin.address", address)?;
    if *address == config.server.address {
        let reason =
            "it is `server.address` already; the admin application needs a port of its own";
        return Err(ConfigError::wrong("admin.address", reason));
    }
    Ok(())
}

fn check_address(key: &str, address: &str) -> Result<(), ConfigError> {
    let named = address.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains([' ', '/']) && port.parse::<u16>().is_ok()
    });
    if named {
        return Ok(());
    }
    let reason =
        format!("`{address}` is no address; it must be a host and a port, such as 127.0.0.1:9000");
    Err(ConfigError::wrong(key, reason))
}

/// Whether a text is an origin as browsers send it in `Origin`: a scheme, a host and perhaps a port; or
/// `*`, for all.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let bare = |host: &str| !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ', '*']);
    text == "*" || host.map(|host| host.trim_end_matches('/')).is_some_and(bare)
}

/// Whether the configured address is a loopback address, as far as its text tells.
pub(super) fn is_private(config: &Config) -> bool {
    let Some((host, _)) = config.server.address.rsplit_once(':') else { return false };
    match host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

fn check_connections(server: &ServerSection) -> Result<(), ConfigError> {
    let counts = [
        ("server.max_connections", server.max_connections),
        ("server.max_connections_per_address", server.max_connections_per_address),
    ];
    if let Some((key, _)) = counts.iter().find(|(_, count)| *count == Some(0)) {
        return Err(ConfigError::wrong(*key, "with 0, nobody could connect"));
    }
    if server.proxy_protocol && server.trusted_proxies.is_empty() {
        let reason = "only `server.trusted_proxies` may connect then, and none is named; add the \
                      networks of your proxies, such as [\"10.0.0.0/8\"]";
        return Err(ConfigError::wrong("server.proxy_protocol", reason));
    }
    Ok(())
}

/// The sockets of the public and of the admin application.
pub(crate) struct Sockets {
    pub(crate) public: Listeners,
    /// `None` if the admin application is off.
    pub(crate) admin: Option<Listeners>,
}

/// Opens the sockets of both applications.
pub(crate) async fn listen(config: &Config) -> Result<Sockets, StartupError> {
    let server = &config.server;
    let public = bind("server.address", &server.address).await?;
    let admin = match &config.admin.address {
        None => None,
        Some(address) => Some(bind("admin.address", address).await?),
    };
    let settings = settings(server);
    // Whoever operates the server connects to it directly.
    let direct = ListenSettings {
        proxies: TrustedProxies { networks: Vec::new(), ..settings.proxies.clone() },
        proxy_protocol: false,
        ..settings.clone()
    };
    Ok(Sockets {
        public: Listeners::new(public, settings),
        admin: admin.map(|sockets| Listeners::new(sockets, direct)),
    })
}

/// Opens a socket for each address that the configured name stands for: a browser may take `localhost`
/// for `127.0.0.1` or for `[::1]`. A machine without IPv6 still serves IPv4.
async fn bind(key: &str, address: &str) -> Result<Vec<TcpListener>, StartupError> {
    let refuse = |reason: String| StartupError::Start(format!("`{key}` {address}: {reason}"));
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
        (false, _) => Ok(listeners),
        (true, Some(error)) => Err(refuse(error.to_string())),
        (true, None) => Err(refuse("it stands for no address".to_owned())),
    }
}

fn settings(server: &ServerSection) -> ListenSettings {
    let max_connections = open_files::connections(server.max_connections);
    let per_address = server.max_connections_per_address;
    let header = match server.forwarded_header {
        Forwarding::XForwardedFor => ForwardedHeader::XForwardedFor,
        Forwarding::Forwarded => ForwardedHeader::Forwarded,
    };
    ListenSettings {
        idle_timeout: server.idle_timeout,
        head_timeout: server.head_timeout,
        max_connections,
        max_connections_per_address: per_address.unwrap_or_else(|| (max_connections / 4).max(1)),
        proxies: TrustedProxies { networks: server.trusted_proxies.clone(), header },
        proxy_protocol: server.proxy_protocol,
    }
}
