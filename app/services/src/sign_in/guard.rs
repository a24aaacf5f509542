//! Limits on guessing passwords.

use std::{sync::Arc, time::Duration};

use domain::{AddressBlocks, ErrorCode, Limit, LimitKey, OAuthError, RequestSource, Username};
use ports::outbound::Limits;

use super::{
    queue::{Queue, Slot},
    turns::{Turn, Turns},
};

/// Limits how often passwords are tried (NIST SP 800-63B §5.2.2), and in which order they are checked.
///
/// Failures count by account and address together, by address, and by account. While an account's own
/// limit is spent, each address still gets a few attempts, so that nobody can lock a person out from
/// elsewhere. Names without an account are limited like any other: a limit tells nobody who has one.
pub struct SignInGuard {
    limits: Arc<dyn Limits>,
    turns: Turns,
    queue: Queue,
}

/// The permission to check one password. It counts as a failure unless it [succeeds].
///
/// [succeeds]: Admission::succeeded
pub(crate) struct Admission<'a> {
    guard: &'a SignInGuard,
    taken: Vec<(Limit, LimitKey)>,
    _slot: Slot,
    _turn: Turn,
}

impl SignInGuard {
    /// A guard for a machine that checks `at_once` passwords at once; `waiting` more may wait.
    #[must_use]
    pub fn new(limits: Arc<dyn Limits>, at_once: usize, waiting: usize) -> Self {
        Self { limits, turns: Turns::default(), queue: Queue::new(at_once, waiting) }
    }

    /// Waits until a password for the account `name` may be checked.
    ///
    /// # Errors
    ///
    /// `temporarily_unavailable`, with the time after which to try again.
    pub(crate) async fn admit(
        &self,
        name: &str,
        origin: &RequestSource,
    ) -> Result<Admission<'_>, OAuthError> {
        // Spellings of one name are one account.
        let parsed = Username::parse(name).or_else(|_| Username::parse_former(name));
        let name = parsed.as_ref().map_or(name, Username::as_str);
        let blocks = AddressBlocks::of(origin);
        let (pair, address) = (LimitKey::account_at(name, blocks), LimitKey::address(blocks));
        let Some(turn) = self.turns.take(pair).await else { return Err(busy()) };
        let failures = self.limits.used(Limit::SignInByAddress, address).await;
        let taken = self.count(name, pair, address).await?;
        let Some(slot) = self.queue.enter(failures).await else {
            self.give_back(&taken).await;
            self.warn_once(LimitKey::server("passwords"), || {
                tracing::warn!(
                    "more passwords are to be checked than this machine can; those from addresses \
                     with the most failures are refused"
                );
            })
            .await;
            return Err(busy());
        };
        Ok(Admission { guard: self, taken, _slot: slot, _turn: turn })
    }

    /// Takes a token from every bucket that applies, or from none.
    async fn count(
        &self,
        name: &str,
        pair: LimitKey,
        address: LimitKey,
    ) -> Result<Vec<(Limit, LimitKey)>, OAuthError> {
        let (mut taken, account) = (Vec::with_capacity(3), LimitKey::account(name));
        for (limit, key) in [(Limit::SignIn, pair), (Limit::SignInByAddress, address)] {
            if let Err(exhausted) = self.limits.take(limit, key).await {
                self.give_back(&taken).await;
                return Err(exhausted.into());
            }
            taken.push((limit, key));
        }
        if self.limits.take(Limit::SignInByAccount, account).await.is_ok() {
            taken.push((Limit::SignInByAccount, account));
            return Ok(taken);
        }
        self.warn_once(account, || {
            tracing::warn!(
                account = ?name,
                "somebody guesses the password of this account: it has used up its failed sign-ins \
                 from all addresses together, and each address gets only a few more an hour; \
                 docs/limits.md says what to do"
            );
        })
        .await;
        if let Err(exhausted) = self.limits.take(Limit::SignInUnderAttack, pair).await {
            self.give_back(&taken).await;
            return Err(exhausted.into());
        }
        taken.push((Limit::SignInUnderAttack, pair));
        Ok(taken)
    }

    async fn give_back(&self, taken: &[(Limit, LimitKey)]) {
        for (limit, key) in taken {
            self.limits.give_back(*limit, *key).await;
        }
    }

    /// Writes a warning, unless one about the same was written a short while ago.
    async fn warn_once(&self, about: LimitKey, warn: impl FnOnce()) {
        if self.limits.take(Limit::Alarm, about).await.is_ok() {
            warn();
        }
    }
}

impl Admission<'_> {
    /// Notes that the password was right: the attempt does not count.
    pub(crate) async fn succeeded(self) {
        self.guard.give_back(&self.taken).await;
    }
}

/// The machine has no time for this attempt now.
fn busy() -> OAuthError {
    let error = OAuthError::new(ErrorCode::TemporarilyUnavailable)
        .hint("too many passwords are being checked; try again in a moment");
    OAuthError { retry_after: Some(Duration::from_secs(2)), ..error }
}

#[cfg(test)]
mod tests {
    use adapter_limits::LocalLimits;
    use adapter_memory::ManualClock;
    use domain::Timestamp;
    use tokio::{sync::Semaphore, task::JoinSet, time::timeout};

    use super::*;

    fn from(last: u8) -> RequestSource {
        RequestSource { address: Some([192, 0, 2, last].into()), trace: None }
    }

    fn guard() -> Arc<SignInGuard> {
        let clock = Arc::new(ManualClock::at(Timestamp::from_unix(1_700_000_000)));
        let limits = Arc::new(LocalLimits::new(clock, Limit::default_quota));
        Arc::new(SignInGuard::new(limits, 1, 256))
    }

    #[tokio::test]
    async fn a_first_attempt_does_not_wait_for_those_of_two_hundred_other_addresses() {
        let guard = guard();
        let checked = guard.admit("ada", &from(0)).await.expect("admitted");
        let (mut flood, go_on) = (JoinSet::new(), Arc::new(Semaphore::new(0)));
        for last in 1..=200 {
            let (guard, go_on) = (guard.clone(), go_on.clone());
            flood.spawn(async move {
                let admission = guard.admit("ada", &from(last)).await;
                // As long as the test goes on, no other password is checked.
                let _until = go_on.acquire().await;
                drop(admission);
            });
        }
        while guard.queue.waiting() < 200 {
            tokio::task::yield_now().await;
        }
        let origin = from(201);
        let mut person = Box::pin(guard.admit("ada", &origin));
        tokio::select! {
            biased;
            _ = &mut person => panic!("a password is being checked"),
            () = tokio::task::yield_now() => {}
        }
        drop(checked);
        let next =
            timeout(Duration::from_secs(5), person).await.expect("the one that is checked next");
        let admitted = next.expect("admitted");
        drop(admitted);
        go_on.close();
        flood.join_all().await;
    }
}
