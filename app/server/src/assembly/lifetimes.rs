//! The lifetimes of tokens, sessions and interactions.

use std::time::Duration;

use domain::{Lifetimes, RefreshLifetimes};

use crate::config::{Config, ConfigError, Findings};

const SECOND: Duration = Duration::from_secs(1);
const TEN_MINUTES: Duration = Duration::from_mins(10);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// The longest lifetime of access tokens and one-time passwords. A resource server without introspection
/// accepts an access token until it expires, and an unused one-time password that is found opens the
/// account.
const MONTH: Duration = Duration::from_hours(30 * 24);
/// The longest lifetime of sessions and grants: revocations stay in memory until the tokens that they
/// end have expired.
const TEN_YEARS: Duration = Duration::from_hours(3660 * 24);

/// Checks every lifetime, and adds the mistakes to `findings`.
pub(super) fn check(config: &Config, findings: &mut Findings) {
    let set = &config.lifetimes;
    let bounds = [
        ("code", set.code, SECOND, TEN_MINUTES, "ten minutes"),
        ("access_token", set.access_token, SECOND, MONTH, "30 days"),
        ("id_token", set.id_token, SECOND, MONTH, "30 days"),
        ("refresh_idle", set.refresh_idle, SECOND, TEN_YEARS, "ten years"),
        ("refresh_absolute", set.refresh_absolute, SECOND, TEN_YEARS, "ten years"),
        ("refresh_grace", set.refresh_grace, Duration::ZERO, HOUR, "an hour"),
        ("session", set.session, SECOND, TEN_YEARS, "ten years"),
        ("one_time_password", set.one_time_password, SECOND, MONTH, "30 days"),
        ("interaction", set.interaction, SECOND, DAY, "a day"),
    ];
    for (key, lifetime, least, most, spelled) in bounds {
        let key = format!("lifetimes.{key}");
        findings.note(check_bounds(&key, lifetime, (least, most), spelled));
    }
    if set.refresh_idle > set.refresh_absolute {
        let reason = "it must not be longer than `lifetimes.refresh_absolute`";
        findings.note::<()>(Err(ConfigError::wrong("lifetimes.refresh_idle", reason)));
    }
    check_clients_and_resources(config, findings);
}

fn check_clients_and_resources(config: &Config, findings: &mut Findings) {
    let of_clients =
        config.clients.iter().map(|one| (format!("clients.{}", one.id), one.access_token_lifetime));
    let of_resources = config
        .resources
        .iter()
        .map(|one| (format!("resources.{}", one.uri), one.access_token_lifetime));
    for (key, lifetime) in of_clients.chain(of_resources) {
        let key = format!("{key}.access_token_lifetime");
        let lifetime = lifetime.unwrap_or(SECOND);
        findings.note(check_bounds(&key, lifetime, (SECOND, MONTH), "30 days"));
    }
    for client in &config.clients {
        let key = format!("clients.{}.refresh_idle_lifetime", client.id);
        let idle = client.refresh_idle_lifetime.unwrap_or(SECOND);
        let most = config.lifetimes.refresh_absolute;
        findings.note(check_bounds(&key, idle, (SECOND, most), "`lifetimes.refresh_absolute`"));
    }
}

fn check_bounds(
    key: &str,
    lifetime: Duration,
    (least, most): (Duration, Duration),
    spelled: &str,
) -> Result<(), ConfigError> {
    if lifetime < least {
        return Err(ConfigError::wrong(key, "it must be a second at least"));
    }
    if lifetime > most {
        return Err(ConfigError::wrong(key, format!("it must be {spelled} at most")));
    }
    Ok(())
}

/// The lifetimes in the configuration. What is stored already may live longer.
pub(super) fn lifetimes(config: &Config) -> Lifetimes {
    let set = &config.lifetimes;
    Lifetimes {
        code: set.code,
        access_token: set.access_token,
        longest_access_token: longest_access_token(config),
        id_token: set.id_token,
        refresh: RefreshLifetimes {
            idle: set.refresh_idle,
            absolute: set.refresh_absolute,
            grace: set.refresh_grace,
        },
        families_until: None,
        session: set.session,
        interaction: set.interaction,
    }
}

/// No access token lives longer, whatever client and resource it is for.
fn longest_access_token(config: &Config) -> Duration {
    let of_clients = config.clients.iter().filter_map(|client| client.access_token_lifetime);
    let of_resources =
        config.resources.iter().filter_map(|resource| resource.access_token_lifetime);
    of_clients.chain(of_resources).fold(config.lifetimes.access_token, Duration::max)
}
