//! A browser on its way through sign-in and consent.

use std::time::Duration;

use crate::{
    AuthorizationRequest, Digest, InteractionId, Scope, Secret, SecurityStamp, SessionId,
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
    /// The purpose that the person was sent here for.
    pub purpose: Purpose,
    /// The time at which it began.
    pub created_at: Timestamp,
    /// After this instant it must be started again.
    pub expires_at: Timestamp,
    /// The step that it has reached.
    pub state: InteractionState,
}

/// The purpose of an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To answer a client.
    Authorize(Box<AuthorizationRequest>),
    /// To let a person see their own account.
    Account,
}

/// The step that an interaction has reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InteractionState {
    /// Somebody signed in with a one-time password, and must choose one of their own.
    ChoosingPassword {
        /// The person who signed in.
        subject: SubjectId,
        /// Their [`crate::User::stamp`] when they did: a password that was replaced since then opens
        /// nothing.
        stamp: SecurityStamp,
    },
    /// The person is known, and has to decide.
    Deciding {
        /// The session that answers.
        session: SessionId,
    },
    /// It is decided. Whoever asks again soon is told the same again.
    Answered {
        /// The time of the answer.
        at: Timestamp,
        /// The session that answered.
        session: SessionId,
        /// The answer.
        answer: Answer,
    },
}

/// The answer that an interaction has ended with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The person may see their account.
    Account,
    /// The client gets a code.
    Granted {
        /// The scope that the person was asked about and decided on; `None` if everything was allowed
        /// before.
        decided: Option<Scope>,
        /// The scope of the code.
        scope: Scope,
    },
    /// The person refused.
    Denied,
    /// Somebody else signed in than the client had named.
    OtherPerson,
}

impl Interaction {
    /// Lets the browser that started the interaction go on with it: one of the `secrets` that it holds
    /// must be the one that was given to it. An interaction that is answered does not expire here, so
    /// that a late comer can be told that it is.
    ///
    /// # Errors
    ///
    /// A [`InteractionError`], for the person.
    pub fn open(&self, secrets: &[Secret], now: Timestamp) -> Result<(), InteractionError> {
        check_browser(&self.browser, secrets)?;
        let is_answered = matches!(self.state, InteractionState::Answered { .. });
        if !is_answered && now >= self.expires_at {
            return Err(InteractionError::Expired);
        }
        Ok(())
    }
}

/// A visit for which nobody has signed in yet. The browser carries it, sealed, and nothing of it is
/// stored: strangers may begin as many as they like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInRequest {
    /// Names the interaction that it becomes.
    pub id: InteractionId,
    /// Digest of the secret in the browser's cookie.
    pub browser: Digest,
    /// The purpose that the person was sent here for.
    pub purpose: Purpose,
    /// The time at which it began.
    pub created_at: Timestamp,
}

impl SignInRequest {
    /// Lets the browser that it was made for go on with it, for as long as `lifetime`.
    ///
    /// # Errors
    ///
    /// A [`InteractionError`], for the person.
    pub fn open(
        &self,
        secrets: &[Secret],
        lifetime: Duration,
        now: Timestamp,
    ) -> Result<(), InteractionError> {
        check_browser(&self.browser, secrets)?;
        if now >= self.created_at.after(lifetime) {
            return Err(InteractionError::Expired);
        }
        Ok(())
    }

    /// The interaction that it becomes once somebody has proven who they are.
    #[must_use]
    pub fn proceed(self, state: InteractionState, expires_at: Timestamp) -> Interaction {
        let Self { id, browser, purpose, created_at } = self;
        Interaction { id, browser, purpose, created_at, expires_at, state }
    }
}

fn check_browser(browser: &Digest, secrets: &[Secret]) -> Result<(), InteractionError> {
    let is_ours = secrets.iter().any(|secret| browser.matches(secret));
    if is_ours { Ok(()) } else { Err(InteractionError::OtherBrowser) }
}

/// The reason why a browser may not go on with an interaction.
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
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(second)
    }

    fn carried() -> SignInRequest {
        SignInRequest {
            id: InteractionId::new("i"),
            browser: Secret::new("b").digest(),
            purpose: Purpose::Account,
            created_at: at(0),
        }
    }

    fn secrets(held: &[&str]) -> Vec<Secret> {
        held.iter().copied().map(Secret::new).collect()
    }

    #[test]
    fn another_browser_cannot_go_on() {
        let minutes = Duration::from_mins(10);
        let open = |held: &[&str], now| carried().open(&secrets(held), minutes, at(now));
        assert_eq!(open(&["b"], 599), Ok(()));
        assert_eq!(open(&["x", "b"], 599), Ok(()), "another program set one too");
        assert_eq!(open(&["x"], 0), Err(InteractionError::OtherBrowser));
        assert_eq!(open(&[], 0), Err(InteractionError::OtherBrowser));
        assert_eq!(open(&["b"], 600), Err(InteractionError::Expired));

        let session = SessionId::new("s");
        let open = |state, held: &[&str], now| {
            carried().proceed(state, at(700)).open(&secrets(held), at(now))
        };
        let deciding = InteractionState::Deciding { session: session.clone() };
        assert_eq!(open(deciding.clone(), &["b"], 699), Ok(()));
        assert_eq!(open(deciding.clone(), &["x"], 0), Err(InteractionError::OtherBrowser));
        assert_eq!(open(deciding, &["b"], 700), Err(InteractionError::Expired));
        let answered = InteractionState::Answered { at: at(1), session, answer: Answer::Denied };
        assert_eq!(open(answered, &["b"], 700), Ok(()), "it can still be told that it is over");
    }
}
