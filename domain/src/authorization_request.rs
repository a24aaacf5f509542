//! An authorization request on its way to being believed (OAuth 2.1 §4.1.1).
//!
//! Until the redirect URI is known to be the client's, an error must be shown here; afterwards it
//! must be sent there. Each stage is a type, so that an error cannot go to the wrong place.

mod answer;
mod checks;
mod params;

use std::time::Duration;

pub use answer::{AuthorizationResponse, Callback};
pub use checks::PLAIN_IN_QUERY;
pub use params::{AuthorizationParams, RedirectableRequest, Unredirectable};

use crate::{ClientId, Pkce, RedirectKind, ResourceUri, Scope, SubjectId, wire_names::wire_names};

wire_names! {
    /// `prompt`: the pages that the person must or must not see (OIDC Core §3.1.2.1).
    Prompt {
        /// Not at all.
        None = "none",
        /// To sign in, even if signed in.
        Login = "login",
        /// To consent, even if all was allowed before.
        Consent = "consent",
        /// `select_account`: the page on which the person chooses an account.
        SelectAccount = "select_account",
    }
}

/// A validated request for access, and the way in which it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// The access that is asked for.
    pub access: AccessRequest,
    /// The way in which it is answered.
    pub reply_to: ReplyTo,
}

/// The access that a client asks a person for, by whatever endpoint the request came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRequest {
    /// The client that asks (`client_id`).
    pub client: ClientId,
    /// The scope that is asked for.
    pub scope: Scope,
    /// The resources that the tokens are for (RFC 8707); an empty list stands for the issuer.
    pub resources: Vec<ResourceUri>,
    /// The ways in which the person is to be asked.
    pub prompt: Vec<Prompt>,
    /// The time since the person's last sign-in after which they must sign in again.
    pub max_age: Option<Duration>,
    /// The person's user name, as far as the client knows.
    pub login_hint: Option<String>,
    /// The only person whom the answer may be about, if the client named one by an ID token
    /// (OIDC Core §3.1.2.1).
    pub subject: Option<SubjectId>,
}

/// The way in which a request for access is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplyTo {
    /// By an authorization code that the browser takes to the client (OAuth 2.1 §4.1.2).
    Code(CodeReply),
}

/// All that an authorization code is answered by and bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeReply {
    /// The address in the client that the browser is sent to.
    pub callback: Callback,
    /// The PKCE challenge.
    pub pkce: Pkce,
    /// The value that the ID token repeats (OIDC Core §3.1.2.1).
    pub nonce: Option<String>,
}

impl AuthorizationRequest {
    /// The callback of a request that is answered by a code.
    #[must_use]
    pub fn callback(&self) -> &Callback {
        let ReplyTo::Code(reply) = &self.reply_to;
        &reply.callback
    }
}

impl AccessRequest {
    /// Whether the client wants the person to be asked in this way.
    #[must_use]
    pub fn wants(&self, prompt: Prompt) -> bool {
        self.prompt.contains(&prompt)
    }

    /// Whether the client would take an answer about this person.
    #[must_use]
    pub fn may_be_about(&self, subject: &SubjectId) -> bool {
        self.subject.as_ref().is_none_or(|named| named == subject)
    }
}

impl ReplyTo {
    /// Whether nobody but the client can receive the answer. An `https` redirect URI is claimed by
    /// its owner; any program on the person's machine may listen on a loopback port or register a
    /// private-use scheme (RFC 8252 §8.6).
    #[must_use]
    pub fn is_claimed(&self) -> bool {
        let Self::Code(reply) = self;
        reply.callback.redirect_uri.kind() == RedirectKind::Claimed
    }
}
