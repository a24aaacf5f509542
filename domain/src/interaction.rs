//! A browser on its way through sign-in and consent.

use std::time::Duration;

use crate::{
    AuthorizationRequest, Digest, InteractionId, Prompt, Secret, Session, SessionId, Stamp,
    SubjectId, Timestamp,
};

/// One visit that needs a person. It belongs to the browser it was started in: whoever acts on it
/// must hold the secret that only that browser was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Names it, in URLs.
    pub id: InteractionId,
    /// Digest of the secret in the browser's cookie.
    pub browser: Digest,
    /// What it is for.
    pub purpose: Purpose,
    /// When it began.
    pub created_at: Timestamp,
    /// After this instant it must be started again.
    pub expires_at: Timestamp,
    /// How far it has come.
    pub state: InteractionState,
}

/// What an interaction is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To answer a client.
    Authorize(Box<AuthorizationRequest>),
    /// To let a person see their own account.
    Account,
}

/// How far an interaction has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InteractionState {
    /// Somebody must sign in, or choose to go on as who they are.
    SigningIn,
    /// Somebody signed in with a one-time password, and must choose one of their own.
    ChoosingPassword {
        /// Who.
        subject: SubjectId,
        /// Their [`crate::User::stamp`] when they did: a password that was replaced since then opens
        /// nothing.
        stamp: Stamp,
    },
    /// The person is known, and may have to decide.
    Deciding {
        /// The session that answers.
        session: SessionId,
    },
    /// The client has its answer.
    Answered {
        /// When it got it.
        at: Timestamp,
    },
}

impl Interaction {
    /// Where an interaction for `request` starts, given who is signed in. A client that wants a
    /// sign-in, a choice of account or a fresher session gets one (OIDC Core §3.1.2.1).
    #[must_use]
    pub fn start(
        request: &AuthorizationRequest,
        session: Option<&Session>,
        now: Timestamp,
    ) -> InteractionState {
        let asks = request.wants(Prompt::Login) || request.wants(Prompt::SelectAccount);
        match session {
            Some(session) if !asks && suits(request, session, now) => {
                InteractionState::Deciding { session: session.id.clone() }
            }
            _ => InteractionState::SigningIn,
        }
    }

    /// Lets the browser that started the interaction go on with it: one of the `secrets` that it holds
    /// must be the one that was given to it.
    ///
    /// # Errors
    ///
    /// A [`InteractionError`], for the person.
    pub fn open(&self, secrets: &[Secret], now: Timestamp) -> Result<(), InteractionError> {
        if !secrets.iter().any(|secret| self.browser.matches(secret)) {
            return Err(InteractionError::OtherBrowser);
        }
        if matches!(self.state, InteractionState::Answered { .. }) {
            return Err(InteractionError::Answered);
        }
        if now >= self.expires_at {
            return Err(InteractionError::Expired);
        }
        Ok(())
    }

    /// Whether the person may go on as who they are, without proving it again.
    #[must_use]
    pub fn accepts(&self, session: &Session, now: Timestamp) -> bool {
        match &self.purpose {
            Purpose::Authorize(request) => {
                !request.wants(Prompt::Login) && suits(request, session, now)
            }
            Purpose::Account => true,
        }
    }

    /// The person is known.
    #[must_use]
    pub fn signed_in(self, session: SessionId) -> Self {
        Self { state: InteractionState::Deciding { session }, ..self }
    }

    /// The person must choose a password first.
    #[must_use]
    pub fn must_choose_password(self, subject: SubjectId, stamp: Stamp) -> Self {
        Self { state: InteractionState::ChoosingPassword { subject, stamp }, ..self }
    }

    /// The session that was to answer is gone.
    #[must_use]
    pub fn signed_out(self) -> Self {
        Self { state: InteractionState::SigningIn, ..self }
    }

    /// The client has its answer.
    #[must_use]
    pub fn answered(self, at: Timestamp) -> Self {
        Self { state: InteractionState::Answered { at }, ..self }
    }
}

/// Whether it is the session of the right person, and fresh enough.
fn suits(request: &AuthorizationRequest, session: &Session, now: Timestamp) -> bool {
    let is_fresh = |most: Duration| !most.is_zero() && now.since(session.auth_time) <= most;
    request.may_be_about(&session.subject) && request.max_age.is_none_or(is_fresh)
}

/// Why a browser may not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InteractionError {
    /// There is no such interaction, or it is long over.
    #[error("the sign-in is unknown")]
    Unknown,
    /// It was started in another browser.
    #[error("the sign-in was started in another browser")]
    OtherBrowser,
    /// It took too long.
    #[error("the sign-in took too long")]
    Expired,
    /// It is done.
    #[error("the sign-in is already finished")]
    Answered,
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{ClientId, Pkce, RedirectUri, ResponseMode, ReturnAddress, Scope};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(second)
    }

    fn request(prompt: &[Prompt], max_age: Option<u64>) -> AuthorizationRequest {
        AuthorizationRequest {
            client: ClientId::new("web"),
            back: ReturnAddress {
                redirect_uri: RedirectUri::parse("https://app.example/cb").expect("fit"),
                response_mode: ResponseMode::Query,
                state: None,
            },
            scope: Scope::default(),
            resources: Vec::new(),
            pkce: Pkce::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").expect("well-formed"),
            nonce: None,
            prompt: prompt.to_vec(),
            max_age: max_age.map(Duration::from_secs),
            login_hint: None,
            subject: None,
        }
    }

    fn session() -> Session {
        Session {
            id: SessionId::new("s"),
            digest: Secret::new("s").digest(),
            subject: SubjectId::new("ada"),
            stamp: Stamp::new("1"),
            auth_time: at(100),
            amr: vec!["pwd".to_owned()],
            user_agent: None,
            created_at: at(100),
            expires_at: at(1_000),
        }
    }

    fn starts_decided(prompt: &[Prompt], max_age: Option<u64>, now: i64) -> bool {
        let state = Interaction::start(&request(prompt, max_age), Some(&session()), at(now));
        matches!(state, InteractionState::Deciding { .. })
    }

    #[test]
    fn a_client_may_ask_for_a_fresh_sign_in() {
        assert!(starts_decided(&[], None, 500));
        assert!(starts_decided(&[Prompt::Consent], None, 500));
        assert!(!starts_decided(&[Prompt::Login], None, 500));
        assert!(!starts_decided(&[Prompt::SelectAccount], None, 500));
        assert!(starts_decided(&[], Some(60), 160));
        assert!(!starts_decided(&[], Some(60), 161));
        assert!(!starts_decided(&[], Some(0), 100));
    }

    #[test]
    fn another_browser_cannot_go_on() {
        let interaction = Interaction {
            id: InteractionId::new("i"),
            browser: Secret::new("b").digest(),
            purpose: Purpose::Account,
            created_at: at(0),
            expires_at: at(600),
            state: InteractionState::SigningIn,
        };
        let open = |interaction: &Interaction, held: &[&str], now| {
            let secrets: Vec<_> = held.iter().copied().map(Secret::new).collect();
            interaction.open(&secrets, at(now))
        };
        assert_eq!(open(&interaction, &["b"], 599), Ok(()));
        assert_eq!(open(&interaction, &["x", "b"], 599), Ok(()), "another program set one too");
        assert_eq!(open(&interaction, &["x"], 0), Err(InteractionError::OtherBrowser));
        assert_eq!(open(&interaction, &[], 0), Err(InteractionError::OtherBrowser));
        assert_eq!(open(&interaction, &["b"], 600), Err(InteractionError::Expired));
        assert_eq!(open(&interaction.answered(at(1)), &["b"], 2), Err(InteractionError::Answered));
    }
}
