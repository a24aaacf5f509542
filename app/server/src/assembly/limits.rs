//! The rate limits of the section `limits`.

use std::sync::Arc;

use adapter_crypto::Argon2Params;
use adapter_limits::LocalLimits;
use domain::{Limit, Quota};
use ports::outbound::{Clock, Limits};

use crate::config::{Config, ConfigError, Findings, LimitsSection};

/// Lines about one cause in the log: one at once, then one every five minutes.
const ALARM: Quota = Limit::Alarm.default_quota();

/// The most concurrent password checks: some GiB of memory, at 19 MiB for each.
const MOST_AT_ONCE: usize = 256;
/// The longest queue: people behind so many others have left before their turn.
const MOST_WAITING: usize = 10_000;
const MOST_BODY_MEMORY: usize = 4096;
const MIB: usize = 1024 * 1024;

struct Quotas(Vec<(Limit, Quota)>);

impl Quotas {
    fn read(set: &LimitsSection) -> Result<Self, ConfigError> {
        let texts = [
            (Limit::SignIn, &set.sign_in),
            (Limit::SignInByAddress, &set.sign_in_by_address),
            (Limit::SignInByAccount, &set.sign_in_by_account),
            (Limit::SignInUnderAttack, &set.sign_in_under_attack),
            (Limit::Registration, &set.registration),
            (Limit::Authorization, &set.authorization),
            (Limit::ClientFailures, &set.client_failures),
        ];
        let read = |(limit, text): (Limit, &String)| {
            let wrong = |reason: domain::MalformedQuota| {
                ConfigError::wrong(format!("limits.{}", limit.as_str()), reason.to_string())
            };
            Ok((limit, text.parse().map_err(wrong)?))
        };
        Ok(Self(texts.into_iter().map(read).collect::<Result<_, _>>()?))
    }

    fn of(&self, limit: Limit) -> Quota {
        self.0.iter().find(|(known, _)| *known == limit).map_or(ALARM, |(_, quota)| *quota)
    }
}

/// Checks every limit, and adds the mistakes to `findings`.
pub(super) fn check(config: &Config, findings: &mut Findings) {
    let set = &config.limits;
    findings.note(Quotas::read(set));
    let bounds = [
        ("passwords_at_once", set.passwords_at_once.unwrap_or(1), MOST_AT_ONCE),
        ("passwords_waiting", set.passwords_waiting, MOST_WAITING),
        ("body_memory", set.body_memory, MOST_BODY_MEMORY),
    ];
    for (key, count, most) in bounds {
        if !(1..=most).contains(&count) {
            let reason = format!("it must be 1 at least and {most} at most");
            findings.note::<()>(Err(ConfigError::wrong(format!("limits.{key}"), reason)));
        }
    }
}

/// The parameters of Argon2: as many hashes at once as are configured, or as there are cores.
pub(super) fn hashing(config: &Config) -> Argon2Params {
    let usual = Argon2Params::default();
    let concurrent = config.limits.passwords_at_once.unwrap_or(usual.concurrent);
    Argon2Params { concurrent, ..usual }
}

/// The most bytes that request bodies in transit may take together.
pub(super) fn body_memory(config: &Config) -> usize {
    config.limits.body_memory * MIB
}

pub(super) fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<dyn Limits>, ConfigError> {
    let quotas = Quotas::read(&config.limits)?;
    Ok(Arc::new(LocalLimits::new(clock, move |limit| quotas.of(limit))))
}

/// The number of passwords that are checked at once, and of those that may wait.
pub(super) fn password_checks(config: &Config) -> (usize, usize) {
    (hashing(config).concurrent, config.limits.passwords_waiting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_passwords_are_hashed_at_once_as_is_configured_or_as_there_are_cores() {
        let mut config = Config::default();
        assert_eq!(hashing(&config), Argon2Params::default());
        config.limits.passwords_at_once = Some(3);
        assert_eq!(hashing(&config).concurrent, 3);
        assert_eq!(body_memory(&config), adapter_http::Settings::default().body_memory);
    }
}
