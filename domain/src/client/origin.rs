//! The ways in which clients are registered, and who vouches for them.

use std::{net::IpAddr, time::Duration};

use super::Client;
use crate::{Actor, Digest, Timestamp};

/// The way in which a client was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationSource {
    /// An operator wrote it into the configuration, which is the only place to change it.
    Configured,
    /// An operator added it at run time.
    Operator,
    /// It registered itself (RFC 7591), and may manage itself with this token (RFC 7592).
    Dynamic {
        /// Digest of the registration access token.
        registration_token: Digest,
        /// The address it registered from, of IPv6 the /48 network; `None` if it is not known.
        registered_from: Option<IpAddr>,
        /// The time at which a person first allowed it something. `None`: nobody has, and it may be
        /// forgotten.
        first_granted_at: Option<Timestamp>,
        /// The time at which it last got a token for itself, to within [`Client::USE_PRECISION`]. No
        /// person has anything to do with that, so it keeps the client for a while and not for ever.
        last_used_at: Option<Timestamp>,
    },
}

impl Client {
    /// The precision of the last time at which a client that registered itself got a token for itself.
    /// A use that follows another by less is not written down: no token costs a row.
    pub const USE_PRECISION: Duration = Duration::from_hours(24);

    /// Whether it registered itself (RFC 7591), so that nobody here has checked what it says of itself.
    #[must_use]
    pub fn is_self_registered(&self) -> bool {
        matches!(self.origin, RegistrationSource::Dynamic { .. })
    }

    /// Whether somebody here vouches for it: an operator, who added it, or a person, who allowed it
    /// something. Of other clients anybody can make any number.
    #[must_use]
    pub fn is_vouched_for(&self) -> bool {
        !matches!(self.origin, RegistrationSource::Dynamic { first_granted_at: None, .. })
    }

    /// The actor of events that the client causes by itself, once it has authenticated.
    #[must_use]
    pub fn own_actor(&self) -> Actor {
        if self.is_vouched_for() { Actor::Client } else { Actor::SelfRegistered }
    }

    /// The same, with the instant written down at which a person first allowed it something; `None` if
    /// that has been done, or is of no use because the client did not register itself.
    #[must_use]
    pub fn first_granted(&self, now: Timestamp) -> Option<Self> {
        let mut granted = self.clone();
        match &mut granted.origin {
            RegistrationSource::Dynamic { first_granted_at: at @ None, .. } => *at = Some(now),
            _ => return None,
        }
        Some(granted)
    }

    /// The same, with a token for itself at `now` written down; `None` if that is of no use: somebody
    /// vouches for the client, or it had one a short while ago.
    #[must_use]
    pub fn used(&self, now: Timestamp) -> Option<Self> {
        let mut used = self.clone();
        match &mut used.origin {
            RegistrationSource::Dynamic { first_granted_at: None, last_used_at: at, .. }
                if at.is_none_or(|at| now >= at.after(Self::USE_PRECISION)) =>
            {
                *at = Some(now);
            }
            _ => return None,
        }
        Some(used)
    }

    /// Since when nobody has used it for certain; `None` if somebody vouches for it, so that it is kept
    /// whether it is used or not.
    #[must_use]
    pub fn unused_since(&self) -> Option<Timestamp> {
        match self.origin {
            RegistrationSource::Dynamic { first_granted_at: None, last_used_at, .. } => {
                let until = last_used_at.map(|last| last.after(Self::USE_PRECISION));
                Some(until.unwrap_or(self.created_at))
            }
            _ => None,
        }
    }

    /// Whether it may have got tokens. Those of a client that registered itself are all known of.
    #[must_use]
    pub fn may_hold_tokens(&self) -> bool {
        let origin = &self.origin;
        !matches!(
            origin,
            RegistrationSource::Dynamic { first_granted_at: None, last_used_at: None, .. }
        )
    }
}
