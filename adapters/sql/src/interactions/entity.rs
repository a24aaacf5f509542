//! The row, and its translation.

use domain::{
    Answer, AuthorizationRequest, Interaction, InteractionId, InteractionState, Purpose, Scope,
    SessionId, Stamp, SubjectId, Timestamp,
};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::{
    documents::{self, request},
    table::{Doubt, digest, signed},
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interactions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub browser: Vec<u8>,
    pub purpose: String,
    pub request: Option<String>,
    pub created_at: i64,
    pub expires_at: i64,
    pub state: String,
    pub subject: Option<String>,
    pub stamp: Option<String>,
    pub session: Option<String>,
    pub answered_at: Option<i64>,
    pub answer: Option<String>,
    pub decided: Option<String>,
    pub granted: Option<String>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<Interaction>> for Model {
    fn from(Stored { value: interaction, revision }: Stored<Interaction>) -> Self {
        let (purpose, request) = match interaction.purpose {
            Purpose::Authorize(request) => {
                ("authorize", Some(documents::write(&request::Document::from(*request))))
            }
            Purpose::Account => ("account", None),
        };
        let state = StateColumns::from(interaction.state);
        Self {
            id: interaction.id.as_str().to_owned(),
            browser: interaction.browser.as_bytes().to_vec(),
            purpose: purpose.to_owned(),
            request,
            created_at: interaction.created_at.as_unix(),
            expires_at: interaction.expires_at.as_unix(),
            state: state.name.to_owned(),
            subject: state.subject.map(|id| id.as_str().to_owned()),
            stamp: state.stamp.map(|stamp| stamp.as_str().to_owned()),
            session: state.session.map(|id| id.as_str().to_owned()),
            answered_at: state.answered_at.map(Timestamp::as_unix),
            answer: state.answer.map(str::to_owned),
            decided: state.decided.map(|scope| scope.to_string()),
            granted: state.granted.map(|scope| scope.to_string()),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<Interaction> {
    type Error = Doubt;

    fn try_from(row: Model) -> Result<Self, Doubt> {
        let answer = answer(row.answer.as_deref(), row.decided, row.granted)?;
        let columns = (row.subject, row.stamp, row.session, row.answered_at, answer);
        let state = match (row.state.as_str(), columns) {
            ("choosing_password", (Some(subject), Some(stamp), None, None, None)) => {
                let (subject, stamp) = (SubjectId::new(subject), Stamp::new(stamp));
                InteractionState::ChoosingPassword { subject, stamp }
            }
            ("deciding", (None, None, Some(session), None, None)) => {
                InteractionState::Deciding { session: SessionId::new(session) }
            }
            ("answered", (None, None, Some(session), Some(at), Some(answer))) => {
                let (at, session) = (Timestamp::from_unix(at), SessionId::new(session));
                InteractionState::Answered { at, session, answer }
            }
            _ => return Err("an impossible state".into()),
        };
        let value = Interaction {
            id: InteractionId::new(row.id),
            browser: digest(row.browser)?,
            purpose: purpose(&row.purpose, row.request.as_deref())?,
            created_at: Timestamp::from_unix(row.created_at),
            expires_at: Timestamp::from_unix(row.expires_at),
            state,
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}

/// A state, taken apart.
#[derive(Default)]
struct StateColumns {
    name: &'static str,
    subject: Option<SubjectId>,
    stamp: Option<Stamp>,
    session: Option<SessionId>,
    answered_at: Option<Timestamp>,
    answer: Option<&'static str>,
    decided: Option<Scope>,
    granted: Option<Scope>,
}

impl From<InteractionState> for StateColumns {
    fn from(state: InteractionState) -> Self {
        let rest = Self::default();
        match state {
            InteractionState::ChoosingPassword { subject, stamp } => {
                let (subject, stamp) = (Some(subject), Some(stamp));
                Self { name: "choosing_password", subject, stamp, ..rest }
            }
            InteractionState::Deciding { session } => {
                Self { name: "deciding", session: Some(session), ..rest }
            }
            InteractionState::Answered { at, session, answer } => {
                let (answered_at, session) = (Some(at), Some(session));
                Self { name: "answered", answered_at, session, ..Self::from(answer) }
            }
        }
    }
}

impl From<Answer> for StateColumns {
    fn from(answer: Answer) -> Self {
        let (name, decided, granted) = match answer {
            Answer::Account => ("account", None, None),
            Answer::Granted { decided, scope } => ("granted", decided, Some(scope)),
            Answer::Denied => ("denied", None, None),
            Answer::OtherPerson => ("other_person", None, None),
        };
        Self { answer: Some(name), decided, granted, ..Self::default() }
    }
}

fn answer(
    name: Option<&str>,
    decided: Option<String>,
    granted: Option<String>,
) -> Result<Option<Answer>, Doubt> {
    Ok(match (name, decided, granted) {
        (None, None, None) => None,
        (Some("account"), None, None) => Some(Answer::Account),
        (Some("granted"), decided, Some(granted)) => {
            let decided = decided.map(|scope| Scope::restore(&scope)).transpose()?;
            Some(Answer::Granted { decided, scope: Scope::restore(&granted)? })
        }
        (Some("denied"), None, None) => Some(Answer::Denied),
        (Some("other_person"), None, None) => Some(Answer::OtherPerson),
        _ => return Err("an impossible answer".into()),
    })
}

fn purpose(kind: &str, request: Option<&str>) -> Result<Purpose, Doubt> {
    match (kind, request) {
        ("authorize", Some(text)) => {
            let request: AuthorizationRequest =
                documents::read::<request::Document>(text)?.try_into()?;
            Ok(Purpose::Authorize(Box::new(request)))
        }
        ("account", None) => Ok(Purpose::Account),
        _ => Err("an impossible purpose".into()),
    }
}
