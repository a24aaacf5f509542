//! Limits for strangers: token buckets, and the keys they are counted by.

mod address;
mod bucket;
mod key;
mod quota;

use crate::wire_names::wire_names;

pub use self::{
    address::{AddressBlock, AddressBlocks},
    bucket::{Bucket, Exhausted},
    key::{BucketKey, LimitKey},
    quota::{MalformedQuota, Quota},
};

wire_names! {
    /// An activity of strangers that is limited. Each has a [`Quota`] of its own.
    Limit {
        /// Failed sign-ins to one account from one address.
        SignIn = "sign_in",
        /// Failed sign-ins from one address, whatever the account (password spraying).
        SignInByAddress = "sign_in_by_address",
        /// Failed sign-ins to one account, whatever the address.
        SignInByAccount = "sign_in_by_account",
        /// Failed sign-ins to one account from one address while [`Limit::SignInByAccount`] is
        /// spent: what keeps others from locking a person out.
        SignInUnderAttack = "sign_in_under_attack",
        /// Registrations from one address.
        Registration = "registration",
        /// Authorization requests from one address without a session.
        Authorization = "authorization",
        /// Failures at the token, introspection and revocation endpoints by one client from one
        /// address.
        ClientFailures = "client_failures",
        /// Log lines about one cause.
        Alarm = "alarm",
    }
}

impl Limit {
    /// The quota that holds unless the operator sets another. The reasons are in `[limits]` of the
    /// annotated configuration.
    #[must_use]
    pub const fn default_quota(self) -> Quota {
        let (burst, per_hour) = match self {
            Self::SignIn => (10, 20),
            Self::SignInByAddress => (100, 200),
            Self::SignInByAccount => (100, 50),
            Self::SignInUnderAttack => (2, 1),
            Self::Registration => (200, 200),
            Self::Authorization => (600, 6_000),
            Self::ClientFailures => (300, 3_600),
            Self::Alarm => (1, 12),
        };
        Quota::lawful(burst, per_hour)
    }
}
