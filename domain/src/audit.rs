//! The audit record: events with their actor, subject, source and outcome.

mod names;
mod tally;

use std::net::IpAddr;

use crate::{ClientId, Grant, GrantId, SubjectId, Timestamp, TokenId, wire_names::wire_names};

pub use self::{
    names::NameDigests,
    tally::{StrangersBounds, StrangersTally},
};

wire_names! {
    /// The kind of an event.
    Action {
        /// A person proved who they are, or failed to.
        SignIn = "session.sign_in",
        /// A person, or a client on their behalf, ended a session.
        SignOut = "session.sign_out",
        /// A person chose a password.
        PasswordChanged = "user.password_changed",
        /// An operator gave a person another password.
        PasswordReset = "user.password_reset",
        /// A person or an operator changed a name or an e-mail address.
        UserUpdated = "user.updated",
        /// An account was deleted.
        UserDeleted = "user.deleted",
        /// An account was made.
        UserAdded = "user.added",
        /// An account was stopped.
        UserDisabled = "user.disabled",
        /// An account may be used again.
        UserEnabled = "user.enabled",
        /// A person allowed a client something, or refused.
        Consent = "consent.decided",
        /// A client got a code for what the person had allowed it before; the person saw no page.
        ConsentReused = "consent.reused",
        /// A person took back what they allowed.
        ConsentWithdrawn = "consent.withdrawn",
        /// A code was exchanged.
        CodeRedeemed = "code.redeemed",
        /// A spent code came back.
        CodeReplayed = "code.replayed",
        /// A code that was issued here was presented by another client, or without its proof.
        CodeRefused = "code.refused",
        /// A refresh token was exchanged.
        TokenRefreshed = "token.refreshed",
        /// A spent refresh token came back.
        TokenReused = "token.reused",
        /// A refresh token that was issued here was presented by another client.
        TokenRefused = "token.refused",
        /// A client got a token for itself.
        TokenIssued = "token.issued",
        /// A token was revoked.
        TokenRevoked = "token.revoked",
        /// A client failed to prove who it is.
        ClientAuthentication = "client.authentication",
        /// A client was registered.
        ClientRegistered = "client.registered",
        /// A registration, or a change of one, was refused.
        RegistrationRefused = "client.registration_refused",
        /// A client's registration was changed.
        ClientUpdated = "client.updated",
        /// A client was given another secret.
        ClientSecretRotated = "client.secret_rotated",
        /// A client was stopped.
        ClientSuspended = "client.suspended",
        /// A client may go on.
        ClientResumed = "client.resumed",
        /// Somebody without the registration access token asked for a registration (RFC 7592).
        ManagementRefused = "client.management_refused",
        /// A client was deleted.
        ClientDeleted = "client.deleted",
        /// The UserInfo endpoint was asked with a token that is not good there.
        UserInfoRefused = "userinfo.refused",
        /// Something was refused because of too many requests.
        LimitExceeded = "limit.exceeded",
        /// Refusals that were only counted (see [`Event::is_strangers`]).
        FurtherRefusals = "audit.further_refusals",
        /// Successes of strangers that were only counted (see [`Event::is_strangers`]).
        FurtherSuccesses = "audit.further_successes",
        /// Clients that registered themselves and were not used were forgotten.
        ClientExpired = "client.expired",
        /// A signing key was made.
        KeyGenerated = "key.generated",
    }

    /// The party that an event is the act of.
    Actor {
        /// Somebody who had proven nothing.
        Anonymous = "anonymous",
        /// A person who had signed in, or was just doing so.
        Person = "person",
        /// A client, having proven who it is as far as it can.
        Client = "client",
        /// A client that registered itself, and that nobody here vouches for (see
        /// [`Client::is_vouched_for`](crate::Client::is_vouched_for)). It has proven that it is the one
        /// that registered, which anybody may have done.
        SelfRegistered = "self_registered",
        /// An operator, from the command line.
        Operator = "operator",
        /// The server itself.
        System = "system",
        /// Not recorded: the event is older than this column.
        Unknown = "unknown",
    }

    /// The outcome of an event.
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
    /// The time of the event.
    pub at: Timestamp,
    /// The kind of the event.
    pub action: Action,
    /// The party that an event is the act of.
    pub actor: Actor,
    /// The outcome of an event.
    pub outcome: Outcome,
    /// The person it concerns.
    pub subject: Option<SubjectId>,
    /// The client it concerns.
    pub client: Option<ClientId>,
    /// The grant it concerns.
    pub grant: Option<GrantId>,
    /// The access token it concerns.
    pub token: Option<TokenId>,
    /// Details in a few words, such as the reason of a refusal. It holds no secret.
    pub detail: Option<String>,
    /// The source of the request that caused it.
    pub origin: RequestSource,
}

/// The source of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestSource {
    /// The address of the peer.
    pub address: Option<IpAddr>,
    /// The trace the request is part of (W3C Trace Context §3.2.2.3), to find its log lines by.
    pub trace: Option<String>,
}

impl Event {
    /// A success, by whoever usually does such a thing; the rest is filled in by whoever knows it.
    #[must_use]
    pub fn new(action: Action, at: Timestamp, origin: &RequestSource) -> Self {
        Self {
            at,
            action,
            actor: action.usual_actor(),
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

    /// The same, done by somebody else than usual.
    #[must_use]
    pub fn by(self, actor: Actor) -> Self {
        Self { actor, ..self }
    }

    /// The same, with something worth knowing.
    #[must_use]
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// The same, about a grant: its person, its client and itself.
    #[must_use]
    pub fn about(self, grant: &Grant) -> Self {
        let event = self.of_person(&grant.subject).of_client(&grant.client);
        Self { grant: Some(grant.id.clone()), ..event }
    }

    /// The same, about a person.
    #[must_use]
    pub fn of_person(self, subject: &SubjectId) -> Self {
        Self { subject: Some(subject.clone()), ..self }
    }

    /// The same, about a client.
    #[must_use]
    pub fn of_client(self, client: &ClientId) -> Self {
        Self { client: Some(client.clone()), ..self }
    }

    /// Whether this was done, or tried, by somebody whom nobody here vouches for. Anybody can cause any
    /// number of those, so they are bounded per source and kept for a shorter time.
    #[must_use]
    pub fn is_strangers(&self) -> bool {
        Actor::STRANGERS.contains(&self.actor)
    }
}

impl Actor {
    /// Those of whom there may be any number: no person has signed in, and no operator has let them in.
    pub const STRANGERS: [Self; 2] = [Self::Anonymous, Self::SelfRegistered];
}

impl Action {
    /// The actor of such events unless another one is named.
    const fn usual_actor(self) -> Actor {
        match self {
            Self::SignIn
            | Self::SignOut
            | Self::PasswordChanged
            | Self::Consent
            | Self::ConsentWithdrawn => Actor::Person,
            Self::ConsentReused
            | Self::CodeRedeemed
            | Self::CodeReplayed
            | Self::CodeRefused
            | Self::TokenRefreshed
            | Self::TokenReused
            | Self::TokenRefused
            | Self::TokenIssued
            | Self::TokenRevoked => Actor::Client,
            Self::PasswordReset
            | Self::UserUpdated
            | Self::UserDeleted
            | Self::UserAdded
            | Self::UserDisabled
            | Self::UserEnabled
            | Self::ClientRegistered
            | Self::ClientUpdated
            | Self::ClientSecretRotated
            | Self::ClientSuspended
            | Self::ClientResumed
            | Self::ClientDeleted => Actor::Operator,
            Self::ClientAuthentication
            | Self::RegistrationRefused
            | Self::ManagementRefused
            | Self::UserInfoRefused
            | Self::LimitExceeded => Actor::Anonymous,
            Self::ClientExpired
            | Self::FurtherRefusals
            | Self::FurtherSuccesses
            | Self::KeyGenerated => Actor::System,
        }
    }
}
