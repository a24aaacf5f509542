//! Who the server is, how it signs, and how long what it signs lives.

use std::time::Duration;

use domain::{Algorithm, Issuer, RefreshLifetimes};
use services::{Lifetimes, Signing};

use crate::config::{Config, ConfigError};

pub(super) fn issuer(config: &Config) -> Result<Issuer, ConfigError> {
    let wrong = |reason: String| ConfigError::wrong("server.issuer", reason);
    let raw = match &config.server.issuer {
        Some(set) => set.clone(),
        None => at_home(&config.server.address).ok_or_else(|| {
            wrong(format!(
                "it must be set, since `server.address` {} does not make one by itself: it is how \
                 clients reach this server, such as https://auth.example.com",
                config.server.address
            ))
        })?,
    };
    let issuer = Issuer::parse(&raw).map_err(|error| wrong(error.to_string()))?;
    // The router would take them for patterns.
    if issuer.path().contains([':', '*']) {
        return Err(wrong("its path must have neither `:` nor `*` in it".to_owned()));
    }
    Ok(issuer)
}

/// The issuer that an address on this machine makes.
fn at_home(address: &str) -> Option<String> {
    let raw = format!("http://{}", address.strip_suffix(":80").unwrap_or(address));
    (Issuer::parse(&raw).is_ok() && !raw.ends_with(":0")).then_some(raw)
}

/// What tokens are signed with.
pub(super) fn signing(config: &Config) -> Result<Signing, ConfigError> {
    let set = &config.signing;
    Ok(Signing {
        access_tokens: algorithm("signing.algorithm", &set.algorithm)?,
        id_tokens: algorithm("signing.id_token_algorithm", &set.id_token_algorithm)?,
    })
}

/// The algorithm of this name, which stands at `key`.
pub(super) fn algorithm(key: &str, name: &str) -> Result<Algorithm, ConfigError> {
    Algorithm::from_wire(name).ok_or_else(|| ConfigError::wrong(key, "it must be ES256 or RS256"))
}

/// What the configuration says. What is stored already may live longer.
pub(super) fn lifetimes(config: &Config) -> Result<Lifetimes, ConfigError> {
    let set = &config.lifetimes;
    let positive = [
        ("code", set.code),
        ("access_token", set.access_token),
        ("id_token", set.id_token),
        ("refresh_idle", set.refresh_idle),
        ("refresh_absolute", set.refresh_absolute),
        ("session", set.session),
        ("interaction", set.interaction),
    ];
    for (key, lifetime) in positive {
        if lifetime < Duration::from_secs(1) {
            return Err(ConfigError::wrong(
                format!("lifetimes.{key}"),
                "it must be a second at least",
            ));
        }
    }
    if set.code > Duration::from_mins(10) {
        return Err(ConfigError::wrong("lifetimes.code", "it must be ten minutes at most"));
    }
    if set.interaction > Duration::from_hours(24) {
        return Err(ConfigError::wrong("lifetimes.interaction", "it must be a day at most"));
    }
    if set.refresh_idle > set.refresh_absolute {
        let reason = "it must not be longer than `lifetimes.refresh_absolute`";
        return Err(ConfigError::wrong("lifetimes.refresh_idle", reason));
    }
    Ok(Lifetimes {
        code: set.code,
        access_token: set.access_token,
        longest_access_token: longest_access_token(config)?,
        id_token: set.id_token,
        refresh: RefreshLifetimes {
            idle: set.refresh_idle,
            absolute: set.refresh_absolute,
            grace: set.refresh_grace,
        },
        families_until: None,
        session: set.session,
        interaction: set.interaction,
    })
}

/// No access token lives longer, whatever client and resource it is for.
fn longest_access_token(config: &Config) -> Result<Duration, ConfigError> {
    let clients = config.clients.iter().map(|client| {
        (
            format!("clients.{}", client.id),
            [client.access_token_lifetime, client.refresh_idle_lifetime],
        )
    });
    let resources = config.resources.iter().map(|resource| {
        (format!("resources.{}", resource.uri), [resource.access_token_lifetime, None])
    });
    let mut longest = config.lifetimes.access_token;
    let absolute = config.lifetimes.refresh_absolute;
    for (key, lifetimes) in clients.chain(resources) {
        if lifetimes[1].is_some_and(|idle| idle > absolute) {
            let reason =
                "`refresh_idle_lifetime` must not be longer than `lifetimes.refresh_absolute`";
            return Err(ConfigError::wrong(key, reason));
        }
        if lifetimes.iter().flatten().any(|lifetime| *lifetime < Duration::from_secs(1)) {
            return Err(ConfigError::wrong(key, "a lifetime must be a second at least"));
        }
        longest = longest.max(lifetimes[0].unwrap_or_default());
    }
    Ok(longest)
}
