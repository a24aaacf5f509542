//! An interaction as a document: all but what a store finds and forgets it by.

use domain::{
    Answer, AuthorizationRequest, Digest, Interaction, InteractionId, InteractionState, Purpose,
    Scope, SecurityStamp, SessionId, SignInRequest, SubjectId, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{Malformed, request};

/// The form of the document. One of another form is not read.
const VERSION: u32 = 1;

/// An interaction, without its identifier and its end.
#[derive(Deserialize, Serialize)]
pub struct Document {
    version: u32,
    #[serde(flatten)]
    begun: Begun,
    state: State,
}

/// The part of an interaction that never changes.
#[derive(Deserialize, Serialize)]
pub(crate) struct Begun {
    browser: String,
    created_at: i64,
    request: Option<request::Document>,
}

#[derive(Deserialize, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
enum State {
    ChoosingPassword { subject: String, stamp: String },
    Deciding { session: String },
    Answered { at: i64, session: String, answer: AnswerDocument },
}

#[derive(Deserialize, Serialize)]
#[serde(tag = "name", rename_all = "snake_case")]
enum AnswerDocument {
    Account,
    Granted { decided: Option<String>, scope: String },
    Denied,
    OtherPerson,
}

impl From<Interaction> for Document {
    fn from(interaction: Interaction) -> Self {
        let Interaction { browser, purpose, created_at, state, .. } = interaction;
        let begun = Begun::new(&browser, created_at, purpose);
        Self { version: VERSION, begun, state: state.into() }
    }
}

impl Document {
    /// The whole interaction.
    ///
    /// # Errors
    ///
    /// [`Malformed`] if it is of another form, or names what the domain does not know.
    pub fn of(self, id: String, expires_at: Timestamp) -> Result<Interaction, Malformed> {
        if self.version != VERSION {
            return Err(format!("an interaction of the form {}", self.version).into());
        }
        let (state, request) = (self.state.read()?, self.begun.read(id)?);
        Ok(request.proceed(state, expires_at))
    }
}

impl Begun {
    pub(crate) fn new(browser: &Digest, created_at: Timestamp, purpose: Purpose) -> Self {
        Self {
            browser: hex::encode(browser.as_bytes()),
            created_at: created_at.as_unix(),
            request: match purpose {
                Purpose::Authorize(request) => Some((*request).into()),
                Purpose::Account => None,
            },
        }
    }

    pub(crate) fn read(self, id: String) -> Result<SignInRequest, Malformed> {
        let mut browser = [0; 32];
        hex::decode_to_slice(&self.browser, &mut browser)?;
        let request = self.request.map(AuthorizationRequest::try_from).transpose()?;
        Ok(SignInRequest {
            id: InteractionId::new(id),
            browser: Digest::from_bytes(browser),
            purpose: request.map_or(Purpose::Account, |it| Purpose::Authorize(Box::new(it))),
            created_at: Timestamp::from_unix(self.created_at),
        })
    }
}

impl From<InteractionState> for State {
    fn from(state: InteractionState) -> Self {
        match state {
            InteractionState::ChoosingPassword { subject, stamp } => Self::ChoosingPassword {
                subject: subject.as_str().to_owned(),
                stamp: stamp.as_str().to_owned(),
            },
            InteractionState::Deciding { session } => {
                Self::Deciding { session: session.as_str().to_owned() }
            }
            InteractionState::Answered { at, session, answer } => Self::Answered {
                at: at.as_unix(),
                session: session.as_str().to_owned(),
                answer: answer.into(),
            },
        }
    }
}

impl State {
    fn read(self) -> Result<InteractionState, Malformed> {
        Ok(match self {
            Self::ChoosingPassword { subject, stamp } => {
                let (subject, stamp) = (SubjectId::new(subject), SecurityStamp::new(stamp));
                InteractionState::ChoosingPassword { subject, stamp }
            }
            Self::Deciding { session } => {
                InteractionState::Deciding { session: SessionId::new(session) }
            }
            Self::Answered { at, session, answer } => InteractionState::Answered {
                at: Timestamp::from_unix(at),
                session: SessionId::new(session),
                answer: answer.read()?,
            },
        })
    }
}

impl From<Answer> for AnswerDocument {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Account => Self::Account,
            Answer::Granted { decided, scope } => Self::Granted {
                decided: decided.map(|scope| scope.to_string()),
                scope: scope.to_string(),
            },
            Answer::Denied => Self::Denied,
            Answer::OtherPerson => Self::OtherPerson,
        }
    }
}

impl AnswerDocument {
    fn read(self) -> Result<Answer, Malformed> {
        Ok(match self {
            Self::Account => Answer::Account,
            Self::Granted { decided, scope } => Answer::Granted {
                decided: decided.map(|scope| Scope::restore(&scope)).transpose()?,
                scope: Scope::restore(&scope)?,
            },
            Self::Denied => Answer::Denied,
            Self::OtherPerson => Answer::OtherPerson,
        })
    }
}
