//! The limits for strangers, as configured.

use std::sync::Arc;

use adapter_crypto::Argon2Params;
use adapter_limits::LocalLimits;
use domain::{Limit, Quota};
use ports::outbound::{Clock, Limits};

use crate::config::{Config, ConfigError, LimitsSection};

/// Lines about one cause in the log: one at once, then one every five minutes.
const ALARM: Quota = Limit::Alarm.default_quota();

/// How many passwords may wait to be checked. Attempts from addresses that have not failed yet are all
/// alike, so the queue must hold a burst of them; a waiting one takes no memory for hashing.
const WAITING: usize = 256;

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

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    Quotas::read(&config.limits).map(drop)
}

pub(super) fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<dyn Limits>, ConfigError> {
    let quotas = Quotas::read(&config.limits)?;
    Ok(Arc::new(LocalLimits::new(clock, move |limit| quotas.of(limit))))
}

/// How many passwords are checked at once, as many as the machine can do, and how many more may wait.
pub(super) fn password_checks() -> (usize, usize) {
    (Argon2Params::default().concurrent, WAITING)
}
