//! The one revocation graph: whatever is revoked, it is one entry, and every check reads the same.

use crate::{ClientId, ConsentId, GrantId, Lifetimes, SessionId, Timestamp, TokenId};

/// Something whose end is the end of every token that descends from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Revocable {
    /// One access token.
    Token(TokenId),
    /// One grant.
    Grant(GrantId),
    /// A consent: what one person allowed one client.
    Consent(ConsentId),
    /// One signed-in browser.
    Session(SessionId),
    /// One client that was deleted. Its tokens are dead because there is no such client; this keeps
    /// another one from taking its name while they would still be good.
    Client(ClientId),
}

impl Revocable {
    /// The time at which nothing that descends from it can be alive any more, if it is revoked now: a
    /// revocation must be kept until then.
    #[must_use]
    pub fn outlived_at(&self, lifetimes: &Lifetimes, now: Timestamp) -> Timestamp {
        match self {
            Self::Token(_) => now.after(lifetimes.longest_access_token),
            Self::Grant(_) | Self::Consent(_) | Self::Client(_) => lifetimes.end_of_grants(now),
            // A grant may be made up to the last moment of the session.
            Self::Session(_) => lifetimes.end_of_grants(now.after(lifetimes.session)),
        }
    }

    /// The kind, and the name within it: what a store keeps.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Token(id) => ("token", id.as_str()),
            Self::Grant(id) => ("grant", id.as_str()),
            Self::Consent(id) => ("consent", id.as_str()),
            Self::Session(id) => ("session", id.as_str()),
            Self::Client(id) => ("client", id.as_str()),
        }
    }

    /// Reads what [`Revocable::parts`] wrote.
    #[must_use]
    pub fn from_parts(kind: &str, name: &str) -> Option<Self> {
        match kind {
            "token" => Some(Self::Token(TokenId::new(name))),
            "grant" => Some(Self::Grant(GrantId::new(name))),
            "consent" => Some(Self::Consent(ConsentId::new(name))),
            "session" => Some(Self::Session(SessionId::new(name))),
            "client" => Some(Self::Client(ClientId::new(name))),
            _ => None,
        }
    }
}

/// One entry. There is no way back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revocation {
    /// The thing that has ended.
    pub what: Revocable,
    /// After this instant nothing that descends from it can be alive, so the entry may go.
    pub expires_at: Timestamp,
}
