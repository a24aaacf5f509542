//! A browser in which somebody is signed in.

use std::{net::IpAddr, time::Duration};

use crate::{Digest, Secret, SecurityStamp, SessionId, SubjectId, Timestamp, User};

/// One signed-in browser. It is kept here, so it can be ended here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Names it: the public half of the cookie, and the `sid` of ID tokens.
    pub id: SessionId,
    /// Digest of the secret half of the cookie.
    pub digest: Digest,
    /// The person who is signed in.
    pub subject: SubjectId,
    /// The person's [`User::stamp`] when they signed in.
    pub stamp: SecurityStamp,
    /// The time at which they last authenticated (OIDC Core §2, `auth_time`).
    pub auth_time: Timestamp,
    /// The methods by which they authenticated (`amr`, RFC 8176).
    pub amr: Vec<String>,
    /// The `User-Agent` of their browser, to recognise the session by.
    pub user_agent: Option<String>,
    /// The address from which it was begun, if it is known.
    pub address: Option<IpAddr>,
    /// The time at which it began.
    pub created_at: Timestamp,
    /// The time at which it was last used, to within [`Session::USE_PRECISION`].
    pub last_used_at: Timestamp,
    /// After this instant it is over.
    pub expires_at: Timestamp,
}

impl Session {
    /// The precision of the last use. A use that follows another by less is not written down.
    pub const USE_PRECISION: Duration = Duration::from_mins(5);

    /// The same, used at `now`; `None` if that need not be written down.
    #[must_use]
    pub fn used(&self, now: Timestamp) -> Option<Self> {
        let is_news = now >= self.last_used_at.after(Self::USE_PRECISION);
        is_news.then(|| Self { last_used_at: now, ..self.clone() })
    }

    /// Whether the browser that holds `proof` is signed in as `user`.
    #[must_use]
    pub fn is_live(&self, proof: &Secret, user: &User, now: Timestamp) -> bool {
        self.digest.matches(proof) && self.stands_for(user, now)
    }

    /// Whether this session, whoever holds it, still stands for `user`.
    #[must_use]
    pub fn stands_for(&self, user: &User, now: Timestamp) -> bool {
        now < self.expires_at && self.subject == user.id && user.honours(&self.stamp)
    }
}
