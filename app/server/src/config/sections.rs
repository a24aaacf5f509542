//! The small sections.

use std::time::Duration;

use ipnet::IpNet;
use serde::Deserialize;

use super::Sensitive;

/// Where the server listens, and who it is.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ServerSection {
    /// Where it listens: an address, or a name that stands for some, and a port. If other machines can
    /// reach it although the issuer is on localhost, `registration.mode` must be set.
    pub(crate) address: String,
    /// The issuer identifier, exactly as clients are to see it (RFC 8414 §2). It may have a path.
    /// Absent: `http://` and the address, if that is on this machine alone.
    pub(crate) issuer: Option<String>,
    /// The web origins whose pages may call the token endpoint and its kind. Absent: any; empty:
    /// none. No endpoint that such pages may call looks at cookies. On a localhost issuer, pages that are
    /// not on localhost register no clients unless they are listed here.
    pub(crate) allowed_origins: Option<Vec<String>>,
    /// How long a connection may be silent: between two requests, in the middle of one, or while its
    /// answer is worked out. A load balancer in front should give up sooner.
    #[serde(with = "humantime_serde")]
    pub(crate) idle_timeout: Duration,
    /// How long the head of a request may take: from its first byte, or for the first request from the
    /// opening of the connection. Whoever sends more slowly is cut off.
    #[serde(with = "humantime_serde")]
    pub(crate) head_timeout: Duration,
    /// How many connections may be open. When they are, idle ones of the address that holds most are
    /// closed for new ones. The limit of open files must be 128 higher: it is raised as far as the
    /// system lets everybody raise it (`ulimit -H -n`), and lowers this number where that is too little.
    /// Absent: 4096, or what the limit of open files allows.
    pub(crate) max_connections: Option<usize>,
    /// How many of them one address may hold; an IPv6 /64 counts as one address, a /56
    /// as four and a /48 as sixteen. A hosted application whose users are many may come from one address;
    /// 256 connections serve thousands of them.
    /// Absent: a quarter of all.
    pub(crate) max_connections_per_address: Option<usize>,
    /// The networks of the proxies in front of this server, such as `10.0.0.0/8`. Only what they say
    /// about a client's address is believed, and they may hold any number of connections. Name no
    /// network from which anybody else can connect.
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// The header in which trusted proxies name the client: `x-forwarded-for` or `forwarded` (RFC
    /// 7239). The proxy must set it, or add to it; the other one is ignored.
    pub(crate) forwarded_header: Forwarding,
    /// Whether each connection begins with a header of the PROXY protocol, version 1 or 2. Connections
    /// without it, or from others than `trusted_proxies`, are closed then.
    pub(crate) proxy_protocol: bool,
    /// How long requests under way may take when the server is stopped.
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

/// Whose server this is, for the people who see its pages.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BrandingSection {
    /// The name of whoever runs the server, at most 60 characters; pages show it above the host.
    pub(crate) name: Option<String>,
    /// Their logo, in place of the portcullis: a file, or a `data:` URL in base64. It is a PNG, JPEG, GIF
    /// or WebP image of at most 64 KiB, is part of every page, and is read at the start.
    pub(crate) logo: Option<String>,
    /// What the sign-in page tells people who have forgotten their password, in at most 300 characters.
    /// Absent: to ask whoever runs the server for a one-time password (`portcullis user reset-password`).
    pub(crate) password_help: Option<String>,
    /// Where such people find help: an `https:` or `mailto:` address, which the sign-in page links to.
    pub(crate) password_help_uri: Option<String>,
}

/// Where data lives.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct StorageSection {
    /// `sqlite:PATH`, in a folder that is there, or `postgres://USER:PASSWORD@HOST/DATABASE`. Absent:
    /// SQLite in the data folder.
    /// A pooler in front of PostgreSQL must keep a connection for each client, as statements are
    /// prepared on connections (`PgBouncer`: `pool_mode = session`).
    pub(crate) url: Option<Sensitive>,
    /// How many MiB of the disk are set aside beside a database of SQLite. They are given up when the
    /// disk is full, so that what has expired can still be removed; less than 24 may not be enough for
    /// that. 0: none.
    pub(crate) reserve: u32,
}

impl Default for StorageSection {
    fn default() -> Self {
        Self { url: None, reserve: 24 }
    }
}

/// How tokens are signed.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SigningSection {
    /// Access tokens, where no resource says otherwise: `ES256`, or `RS256` for resource servers that
    /// know nothing else. A key for each is always there and published, so what was signed before a
    /// change stays good.
    pub(crate) algorithm: String,
    /// ID tokens, where no client says otherwise: `RS256`, which client libraries expect (OpenID
    /// Connect Dynamic Client Registration §2), or `ES256`.
    pub(crate) id_token_algorithm: String,
}

impl Default for SigningSection {
    fn default() -> Self {
        Self { algorithm: "ES256".to_owned(), id_token_algorithm: "RS256".to_owned() }
    }
}

/// The first account: it is made when there is none.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct BootstrapSection {
    /// Its user name.
    pub(crate) username: String,
    /// Its password, by the rules for every password: 8 characters at least, 1024 bytes at most, not
    /// one of those that everybody tries first, and without the user name. Absent: a one-time password is made and printed.
    pub(crate) password: Option<Sensitive>,
}

impl Default for BootstrapSection {
    fn default() -> Self {
        Self { username: "admin".to_owned(), password: None }
    }
}

/// Who may register clients (RFC 7591).
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
    /// What clients that registered themselves may have without a person, in every mode: the grant types
    /// for that (`client_credentials`), the resources that the tokens may be for, where the issuer stands
    /// for tokens without one, and the most scope that they may carry. Absent: nothing, also for clients
    /// that registered when more was allowed.
    pub(crate) machine_access: Option<MachineAccess>,
    /// Private-use schemes that clients may register redirect URIs with, besides domain names in reverse
    /// such as `com.example.app` and the schemes of known applications such as `cursor` and `vscode`. Any
    /// program on a person's machine can claim such a scheme. Clients in the configuration, and those that
    /// the command line adds, may use any that does not belong to a platform or browser.
    pub(crate) private_use_schemes: Vec<String>,
    /// How long a client that registered itself is kept that is not used. One that a person has allowed
    /// something is never removed; one that gets tokens for itself is kept this long after the last.
    #[serde(with = "humantime_serde")]
    pub(crate) unused_lifetime: Duration,
    /// How many such clients are kept at most. With more, the longest unused go, first those of the
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

/// What clients that registered themselves may have without a person.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct MachineAccess {
    /// The grants that need no person: `client_credentials`.
    pub(crate) grant_types: Vec<String>,
    /// What the tokens may be for.
    pub(crate) resources: Vec<String>,
    /// The most scope that they may carry.
    pub(crate) scope: String,
}

/// Who may register clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "snake_case")]
pub(crate) enum RegistrationMode {
    /// Anybody.
    Open,
    /// Anybody who is answered at an approved redirect URI.
    ApprovedRedirects,
    /// Whoever holds an initial access token.
    Token,
    /// Nobody.
    Closed,
}

/// What is logged, to standard error.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LogSection {
    /// `text` or `json`.
    pub(crate) format: LogFormat,
    /// How much: `error`, `warn`, `info`, `debug`, or a list such as `info,sqlx=debug`.
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
