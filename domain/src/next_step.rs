//! The one decision about a request for access: what must happen next before it is granted.

use std::time::Duration;

use crate::{
    AccessRequest, AuthorizationRequest, Client, Consent, Credential, ErrorCode, OAuthError,
    Prompt, Purpose, Scope, Session, Timestamp, User,
};

/// The step that comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// A person signs in, again if somebody is signed in already.
    SignIn,
    /// The person, who has proven a one-time password, chooses one of their own.
    ChoosePassword,
    /// The person, who has proven a password of their own, gets a session. Then it is asked again.
    OpenSession,
    /// The person decides on the part of the scope that they have not allowed yet. It is empty if the
    /// access itself is all that they have not allowed.
    Consent(Scope),
    /// The client gets what it asks for: all of it was allowed before.
    Grant,
    /// The person sees their account.
    Account,
    /// The client gets an error.
    Refuse(Refusal),
}

/// The reason to refuse a request that is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `prompt=none` forbids to ask a person to sign in.
    SignInNeeded,
    /// `prompt=none` forbids to ask the person what the client may do.
    ConsentNeeded,
    /// Another person has signed in than the client has named by an ID token.
    OtherPerson,
}

/// The way in which a person is signed in, as seen from a request.
#[derive(Clone, Copy, Debug)]
pub enum Authentication<'a> {
    /// Nobody is signed in.
    Nobody,
    /// Somebody has proven their password for this request, and has no session yet.
    Proven(&'a User),
    /// Somebody has been signed in since before the request.
    Earlier(&'a Session),
    /// Somebody has been, and has said on the sign-in page of this request to go on with that session.
    Chosen(&'a Session),
    /// Somebody has signed in for this request, or was accepted for it at an earlier step.
    Accepted(&'a Session),
}

/// A client that asks, and what the person at hand has allowed it.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'a> {
    /// The client as it is now. That it is active, and answered at a redirect URI of its own, has been
    /// checked.
    pub client: &'a Client,
    /// The standing consent of the person who is signed in; `None` if they have allowed it nothing.
    pub consent: Option<&'a Consent>,
}

impl Purpose {
    /// The step that comes next, given who is signed in and what they have allowed before
    /// (OAuth 2.1 §4.1.1, OIDC Core §3.1.2). A purpose that has a client needs a `requester`.
    #[must_use]
    pub fn next_step(
        &self,
        who: Authentication<'_>,
        requester: Option<Requester<'_>>,
        now: Timestamp,
    ) -> NextStep {
        match (self, requester, who) {
            (_, _, Authentication::Proven(user)) if user.has_one_time_password() => {
                NextStep::ChoosePassword
            }
            (_, _, Authentication::Proven(_)) => NextStep::OpenSession,
            (Self::Authorize(request), Some(requester), _) => {
                request.next_step(who, requester, now)
            }
            (Self::Authorize(_), None, _) | (_, _, Authentication::Nobody) => NextStep::SignIn,
            (Self::Account, _, _) => NextStep::Account,
        }
    }

    /// Whether the person who is signed in may go on without proving again who they are.
    #[must_use]
    pub fn accepts(&self, who: Authentication<'_>, now: Timestamp) -> bool {
        match (self, who) {
            (_, Authentication::Nobody | Authentication::Proven(_)) => false,
            (Self::Authorize(request), _) => request.access.accepts(who, now),
            (Self::Account, _) => true,
        }
    }
}

impl AuthorizationRequest {
    /// The step that comes next, where nobody has just proven a password.
    #[must_use]
    pub fn next_step(
        &self,
        who: Authentication<'_>,
        requester: Requester<'_>,
        now: Timestamp,
    ) -> NextStep {
        let may_ask = !self.access.wants(Prompt::None);
        if !self.access.accepts(who, now) {
            return match who {
                Authentication::Accepted(_) => NextStep::Refuse(Refusal::OtherPerson),
                _ if may_ask => NextStep::SignIn,
                _ => NextStep::Refuse(Refusal::SignInNeeded),
            };
        }
        match self.missing(requester) {
            None => NextStep::Grant,
            Some(missing) if may_ask => NextStep::Consent(missing),
            Some(_) => NextStep::Refuse(Refusal::ConsentNeeded),
        }
    }

    /// The scope that the person must still decide on; `None` if there is nothing to decide.
    ///
    /// A standing consent answers for a client only if nobody else can be in its place: if it
    /// authenticates, or if nobody else can receive the answer (RFC 8252 §8.6).
    fn missing(&self, Requester { client, consent }: Requester<'_>) -> Option<Scope> {
        let is_known = self.reply_to.is_claimed() || client.credential != Credential::Public;
        match consent {
            Some(consent) if is_known && !self.access.wants(Prompt::Consent) => {
                consent.missing(&self.access.scope, &self.access.resources)
            }
            _ => Some(self.access.scope.clone()),
        }
    }
}

impl AccessRequest {
    /// Whether the person who is signed in need not prove it again (OIDC Core §3.1.2.1).
    fn accepts(&self, who: Authentication<'_>, now: Timestamp) -> bool {
        match who {
            Authentication::Nobody | Authentication::Proven(_) => false,
            Authentication::Earlier(session) => {
                !self.wants(Prompt::Login)
                    && !self.wants(Prompt::SelectAccount)
                    && self.suits(session, now)
            }
            Authentication::Chosen(session) => {
                !self.wants(Prompt::Login) && self.suits(session, now)
            }
            Authentication::Accepted(session) => self.may_be_about(&session.subject),
        }
    }

    /// Whether it is the session of the right person, and fresh enough.
    fn suits(&self, session: &Session, now: Timestamp) -> bool {
        let is_fresh = |most: Duration| !most.is_zero() && now.since(session.auth_time) <= most;
        self.may_be_about(&session.subject) && self.max_age.is_none_or(is_fresh)
    }
}

impl From<Refusal> for OAuthError {
    fn from(refusal: Refusal) -> Self {
        let (code, hint) = match refusal {
            Refusal::SignInNeeded => (ErrorCode::LoginRequired, "the person must sign in"),
            Refusal::ConsentNeeded => (
                ErrorCode::ConsentRequired,
                "the person has not allowed all of it, or must be asked each time, because other \
                 programs can be in the place of this client",
            ),
            Refusal::OtherPerson => (
                ErrorCode::LoginRequired,
                "another person has signed in than `id_token_hint` names",
            ),
        };
        Self::new(code).hint(hint)
    }
}

#[cfg(test)]
mod tests;
