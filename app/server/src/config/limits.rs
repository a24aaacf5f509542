//! The section `limits`.

use domain::Limit;
use serde::Deserialize;

/// The rate limits for unauthenticated requests: the text of a [`domain::Quota`] where attempts are
/// counted.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LimitsSection {
    /// Failed sign-ins to one account from one address. Ten are more than a person needs who tries
    /// their old passwords; twenty an hour are nothing to somebody who guesses.
    pub(crate) sign_in: String,
    /// Failed sign-ins from one address, to whatever account: what stops trying one password on
    /// everybody. It must leave room for the mistakes of an office behind one address.
    pub(crate) sign_in_by_address: String,
    /// Failed sign-ins to one account from all addresses together. A hundred in a row is the most
    /// that NIST SP 800-63B §5.2.2 allows.
    pub(crate) sign_in_by_account: String,
    /// Failed sign-ins to one account from one address while the limit above is spent, so that nobody
    /// can lock a person out from elsewhere.
    pub(crate) sign_in_under_attack: String,
    /// Registrations from one address, unless they need an initial access token. A vendor's address
    /// registers for many people, though for each only once.
    pub(crate) registration: String,
    /// Authorization requests from one address by browsers in which nobody is signed in. A few hundred
    /// people behind one address may come back from lunch at once.
    pub(crate) authorization: String,
    /// Failures of one client from one address at the token, introspection and revocation endpoints. A
    /// success makes up for a failure. Codes, tokens and secrets cannot be guessed at any rate; this
    /// bounds the work that a broken or hostile client makes.
    pub(crate) client_failures: String,
    /// The number of passwords that are checked at once, 256 at most. Each takes tens of milliseconds of
    /// a core, and 19 MiB. Absent: the number of cores; with more, each would only take longer.
    pub(crate) passwords_at_once: Option<usize>,
    /// The number of passwords that may wait to be checked, 10000 at most. Attempts from addresses
    /// without a failure are all alike, so a burst of them must fit. A longer queue than 256 helps
    /// nobody: on two cores it takes some five seconds, and people give up.
    pub(crate) passwords_waiting: usize,
    /// The MiB that request bodies in transit may take together, 4096 at most. Above that, bodies of the
    /// address that holds most are refused (429), the oldest first; an IPv6 /48 holds no more than an
    /// IPv4 address. 32 MiB are 512 bodies of the largest size, 64 KiB, and many thousands of the usual
    /// one.
    pub(crate) body_memory: usize,
}

impl Default for LimitsSection {
    fn default() -> Self {
        let usual = |limit: Limit| limit.default_quota().to_string();
        Self {
            sign_in: usual(Limit::SignIn),
            sign_in_by_address: usual(Limit::SignInByAddress),
            sign_in_by_account: usual(Limit::SignInByAccount),
            sign_in_under_attack: usual(Limit::SignInUnderAttack),
            registration: usual(Limit::Registration),
            authorization: usual(Limit::Authorization),
            client_failures: usual(Limit::ClientFailures),
            passwords_at_once: None,
            passwords_waiting: 256,
            body_memory: 32,
        }
    }
}
