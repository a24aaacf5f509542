//! An authorization request on its way to being believed (OAuth 2.1 §4.1.1).
//!
//! Until the redirect URI is known to be the client's, an error must be shown here; afterwards it
//! must be sent there. Each stage is a type, so that an error cannot go to the wrong place.

mod answer;
mod checks;
mod unvouched;

use std::time::Duration;

pub use answer::{Redirect, ReturnAddress};
pub use checks::PLAIN_IN_QUERY;
pub use unvouched::{Unvouchable, Unvouched, Vouched};

use crate::{ClientId, Pkce, ResourceUri, Scope, SubjectId, wire_names::wire_names};

wire_names! {
    /// How the person is to be asked (OIDC Core §3.1.2.1).
    Prompt {
        /// Not at all.
        None = "none",
        /// To sign in, even if signed in.
        Login = "login",
        /// To consent, even if all was allowed before.
        Consent = "consent",
        /// Which account to use.
        SelectAccount = "select_account",
    }
}

/// A request fit to show to the resource owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: ClientId,
    /// Where the answer goes.
    pub back: ReturnAddress,
    /// What is asked.
    pub scope: Scope,
    /// What the tokens are for; none stands for the issuer.
    pub resources: Vec<ResourceUri>,
    /// The challenge.
    pub pkce: Pkce,
    /// Returned in the ID token.
    pub nonce: Option<String>,
    /// How the person is to be asked.
    pub prompt: Vec<Prompt>,
    /// How long ago the person may have signed in.
    pub max_age: Option<Duration>,
    /// Who the client thinks the person is.
    pub login_hint: Option<String>,
    /// Who the person must be, if the client has named them by an ID token (OIDC Core §3.1.2.1).
    pub subject: Option<SubjectId>,
}

impl AuthorizationRequest {
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
