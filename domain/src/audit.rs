//! What is written down for later: who did what, for whom, from where, and how it went.

use std::net::IpAddr;

use crate::{ClientId, GrantId, SubjectId, Timestamp, TokenId, wire_names::wire_names};

wire_names! {
    /// What was done.
    Action {
        /// A person proved who they are, or failed to.
        SignIn = "session.sign_in",
        /// A person, or a client on their behalf, ended a session.
        SignOut = "session.sign_out",
        /// A person chose a password.
        PasswordChanged = "user.password_changed",
        /// An account was made.
        UserAdded = "user.added",
        /// An account was stopped.
        UserDisabled = "user.disabled",
        /// An account may be used again.
        UserEnabled = "user.enabled",
        /// A person allowed a client something, or refused.
        Consent = "consent.decided",
        /// A person took back what they allowed.
        ConsentWithdrawn = "consent.withdrawn",
        /// A code was exchanged.
        CodeRedeemed = "code.redeemed",
        /// A spent code came back.
        CodeReplayed = "code.replayed",
        /// A refresh token was exchanged.
        TokenRefreshed = "token.refreshed",
        /// A spent refresh token came back.
        TokenReused = "token.reused",
        /// A client got a token for itself.
        TokenIssued = "token.issued",
        /// A token was revoked.
        TokenRevoked = "token.revoked",
        /// A client was registered.
        ClientRegistered = "client.registered",
        /// A client's registration was changed.
        ClientUpdated = "client.updated",
        /// A client was deleted.
        ClientDeleted = "client.deleted",
        /// Clients that registered themselves and never got a grant were forgotten.
        ClientExpired = "client.expired",
        /// A signing key was made.
        KeyGenerated = "key.generated",
    }

    /// How it went.
    Outcome {
        /// As asked.
        Success = "success",
        /// Refused.
        Refused = "refused",
    }
}

/// One thing that happened. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: Action,
    /// How it went.
    pub outcome: Outcome,
    /// The person it concerns.
    pub subject: Option<SubjectId>,
    /// The client it concerns.
    pub client: Option<ClientId>,
    /// The grant it concerns.
    pub grant: Option<GrantId>,
    /// The access token it concerns.
    pub token: Option<TokenId>,
    /// What else is worth knowing, in a few words.
    pub detail: Option<String>,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The address of the peer.
    pub address: Option<IpAddr>,
    /// The trace the request is part of (W3C Trace Context §3.2.2.3), to find its log lines by.
    pub trace: Option<String>,
}

impl Event {
    /// A success; the rest is filled in by whoever knows it.
    #[must_use]
    pub fn new(action: Action, at: Timestamp, origin: &Origin) -> Self {
        Self {
            at,
            action,
            outcome: Outcome::Success,
            subject: None,
            client: None,
            grant: None,
            token: None,
            detail: None,
            origin: origin.clone(),
        }
    }

    /// The same, refused.
    #[must_use]
    pub fn refused(self, detail: impl Into<String>) -> Self {
        Self { outcome: Outcome::Refused, detail: Some(detail.into()), ..self }
    }
}
