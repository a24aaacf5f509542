//! The small sections.

use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

use super::Sensitive;

/// The listener, the issuer, and the connections.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServerSection {
    /// The address to listen on: an IP address or a host name, and a port. If other machines can reach
    /// it although the issuer is on localhost, `registration.mode` must be set.
    pub(crate) address: String,
    /// The issuer identifier, exactly as clients are to see it (RFC 8414 §2). It may have a path.
    /// Absent: `http://` and the address, if that is on this machine alone.
    pub(crate) issuer: Option<String>,
    /// The web origins whose pages may call the token endpoint and its kind. Absent: any; empty:
    /// none. No endpoint that such pages may call looks at cookies. On a localhost issuer, pages that are
    /// not on localhost register no clients unless they are listed here.
    pub(crate) allowed_origins: Option<Vec<String>>,
    /// The time after which an idle connection is closed: between two requests, within one, or while its
    /// response is computed. A load balancer in front should have a shorter timeout.
    #[serde(with = "humantime_serde")]
    pub(crate) idle_timeout: Duration,
    /// The time that the head of a request may take: from its first byte, or for the first request from
    /// the opening of the connection. A slower connection is closed.
    #[serde(with = "humantime_serde")]
    pub(crate) head_timeout: Duration,
    /// The number of connections. When all are in use, idle ones of the address that holds most are
    /// closed for new ones. The limit of open files must be 128 higher: it is raised up to the hard
    /// limit (`ulimit -H -n`), and lowers this number where that is too little. Absent: 4096, or what
    /// the limit of open files allows.
    pub(crate) max_connections: Option<usize>,
    /// The number of connections from one address; an IPv6 /64 counts as one address, a /56 as four and
    /// a /48 as sixteen. A hosted application with many users may connect from one address; 256
    /// connections serve thousands of them. Absent: a quarter of `max_connections`.
    pub(crate) max_connections_per_address: Option<usize>,
    /// The networks of the reverse proxies, such as `10.0.0.0/8`. Client addresses are believed from
    /// these alone, and they may hold any number of connections. Name no network from which anybody else
    /// can connect.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The header in which trusted proxies name the client: `x-forwarded-for` or `forwarded` (RFC
    /// 7239). The proxy must set it, or add to it; the other one is ignored.
    pub(crate) forwarded_header: Forwarding,
    /// Whether each connection begins with a header of the PROXY protocol, version 1 or 2. Connections
    /// without it, or from others than `trusted_proxies`, are closed then.
    pub(crate) proxy_protocol: bool,
    /// The time that requests in progress have to finish when the server is stopped.
    #[serde(with = "humantime_serde")]
    pub(crate) shutdown_grace: Duration,
}

impl Default for ServerSection {
    fn default() -> Self {
        Self {
            address: "localhost:9000".to_owned(),
            issuer: None,
            allowed_origins: None,
            idle_timeout: Duration::from_secs(75),
            head_timeout: Duration::from_secs(10),
            max_connections: None,
            max_connections_per_address: None,
            trusted_proxies: Vec::new(),
            forwarded_header: Forwarding::XForwardedFor,
            proxy_protocol: false,
            shutdown_grace: Duration::from_secs(10),
        }
    }
}

/// The header in which proxies name the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Forwarding {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded`.
    Forwarded,
}

/// The operator's name and logo on pages.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BrandingSection {
    /// The operator's name, at most 60 characters; pages show it above the host name.
    pub(crate) name: Option<String>,
    /// Their logo, in place of the portcullis: a file, or a `data:` URL in base64. It is a PNG, JPEG, GIF
    /// or WebP image of at most 64 KiB, is part of every page, and is read at the start.
    pub(crate) logo: Option<String>,
    /// The text for people who have forgotten their password, in at most 300 characters. Absent: to ask
    /// the operator for a one-time password (`portcullis user reset-password`).
    pub(crate) password_help: Option<String>,
    /// An `https:` or `mailto:` address for people who have forgotten their password; the sign-in page
    /// links to it.
    pub(crate) password_help_uri: Option<String>,
}

/// The database.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StorageSection {
    /// `sqlite:PATH`, in a folder that is there, or `postgres://USER:PASSWORD@HOST/DATABASE`. Absent:
    /// SQLite in the data folder.
    /// A pooler in front of PostgreSQL must keep a connection for each client, as statements are
    /// prepared on connections (`PgBouncer`: `pool_mode = session`).
    pub(crate) url: Option<Sensitive>,
    /// The MiB of disk space that are reserved beside an SQLite database. They are released when the
    /// disk is full, so that expired rows can still be deleted; less than 24 may not be enough for that.
    /// 0: none.
    pub(crate) reserve: u32,
}

impl Default for StorageSection {
    fn default() -> Self {
        Self { url: None, reserve: 24 }
    }
}

/// The default signing algorithms.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SigningSection {
    /// The signing algorithm of access tokens, where no resource sets another: `ES256`, or `RS256` for
    /// resource servers that support nothing else. A key for each is always published, so tokens from
    /// before a change stay valid.
    pub(crate) algorithm: String,
    /// The signing algorithm of ID tokens, where no client sets another: `RS256`, which client libraries
    /// expect (OpenID Connect Dynamic Client Registration §2), or `ES256`.
    pub(crate) id_token_algorithm: String,
}

impl Default for SigningSection {
    fn default() -> Self {
        Self { algorithm: "ES256".to_owned(), id_token_algorithm: "RS256".to_owned() }
    }
}

/// The first account, which is created when there is none.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BootstrapSection {
    /// The user name of the account.
    pub(crate) username: String,
    /// The password of the account: at least 8 characters, at most 1024 bytes, not a common password,
    /// and without the user name. Absent: a one-time password is generated and printed.
    pub(crate) password: Option<Sensitive>,
}

impl Default for BootstrapSection {
    fn default() -> Self {
        Self { username: "admin".to_owned(), password: None }
    }
}

/// Dynamic client registration (RFC 7591).
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RegistrationSection {
    /// `open`, `approved_redirects`, `token` or `closed`. Absent: `open` on a localhost issuer, which
    /// then must listen on localhost too (`server.address`), else `closed`. `closed` also keeps clients
    /// that registered before from changing anything; they may still read and delete what they have.
    pub(crate) mode: Option<RegistrationMode>,
    /// In the mode `approved_redirects`: the redirect URIs that may be registered; a loopback URI
    /// stands for every port. Clients that registered themselves before are answered at these alone, too.
    pub(crate) approved_redirects: Vec<String>,
    /// In the mode `token`: the initial access tokens that let a client register, each of at least 32
    /// characters that nobody can guess.
    pub(crate) initial_access_tokens: Vec<Sensitive>,
    /// The grant types a client may register itself for. Absent: `authorization_code`, `refresh_token`
    /// and those of `machine_access`. A grant that needs no person must stand there too.
    pub(crate) grant_types: Option<Vec<String>>,
    /// The access that dynamically registered clients may have without a person, in every mode: the
    /// grant types (`client_credentials`), the resources, where the issuer stands for tokens without
    /// one, and the scopes at most. Absent: none, also for clients that registered when more was
    /// allowed.
    pub(crate) machine_access: Option<MachineAccess>,
    /// Private-use URI schemes of redirect URIs that clients may register, besides reversed domain names
    /// such as `com.example.app` and the schemes of known applications such as `cursor` and `vscode`.
    /// Any program on a machine can claim such a scheme. Clients of the configuration and of the command
    /// line may use any that does not belong to a platform or browser.
    pub(crate) private_use_schemes: Vec<String>,
    /// The time after which an unused dynamically registered client is deleted. One that a person has
    /// approved is never deleted; one that gets tokens for itself is kept this long after the last.
    #[serde(with = "humantime_serde")]
    pub(crate) unused_lifetime: Duration,
    /// The number of unused clients. Above it, the longest unused are deleted, first those of the
    /// addresses (of IPv6 the /48) that registered most: so a flood from one address removes its own.
    pub(crate) unused_maximum: u32,
}

impl Default for RegistrationSection {
    fn default() -> Self {
        Self {
            mode: None,
            approved_redirects: Vec::new(),
            initial_access_tokens: Vec::new(),
            grant_types: None,
            machine_access: None,
            private_use_schemes: Vec::new(),
            unused_lifetime: Duration::from_hours(180 * 24),
            unused_maximum: 10_000,
        }
    }
}

/// The access that dynamically registered clients may have without a person.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct MachineAccess {
    /// The grant types that need no person: `client_credentials`.
    pub(crate) grant_types: Vec<String>,
    /// The resources that tokens may be requested for.
    pub(crate) resources: Vec<String>,
    /// The scopes that tokens may have at most, space-delimited.
    pub(crate) scope: String,
}

/// The registration mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum RegistrationMode {
    /// Registration needs no credentials.
    Open,
    /// Registration needs no credentials, and is limited to the approved redirect URIs.
    ApprovedRedirects,
    /// Registration needs an initial access token.
    Token,
    /// Registration is refused.
    Closed,
}

/// The log, on standard error.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogSection {
    /// `text` or `json`.
    pub(crate) format: LogFormat,
    /// The level: `error`, `warn`, `info`, `debug`, or a list such as `info,sqlx=debug`.
    pub(crate) filter: String,
}

impl Default for LogSection {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            filter: "info,poem=warn,sea_orm_migration=warn,sqlx::postgres::notice=warn".to_owned(),
        }
    }
}

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// For machines: an object a line.
    Json,
}

/// The API for whoever operates the server.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AdminSection {
    /// The address and port that it listens on, such as `127.0.0.1:9001`. It serves health and its own
    /// document, to anybody who can connect: keep it on a private network. Absent: it is off.
    pub(crate) address: Option<String>,
}
