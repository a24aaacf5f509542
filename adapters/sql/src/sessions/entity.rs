//! The row, and its translation.

use adapter_documents as documents;
use domain::{SecurityStamp, Session, SessionId, SubjectId, Timestamp};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, digest, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub digest: Vec<u8>,
    pub subject: String,
    pub stamp: String,
    pub auth_time: i64,
    pub amr: String,
    /// Bytes, as whoever sends it may put a NUL into it.
    pub user_agent: Option<Vec<u8>>,
    pub address: Option<String>,
    pub created_at: i64,
    /// Absent in rows from before it was kept.
    pub last_used_at: Option<i64>,
    pub expires_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<Session>> for Model {
    fn from(Stored { value: session, revision }: Stored<Session>) -> Self {
        Self {
            id: session.id.as_str().to_owned(),
            digest: session.digest.as_bytes().to_vec(),
            subject: session.subject.as_str().to_owned(),
            stamp: session.stamp.as_str().to_owned(),
            auth_time: session.auth_time.as_unix(),
            amr: documents::write(&session.amr),
            user_agent: session.user_agent.map(String::into_bytes),
            address: session.address.map(|address| address.to_string()),
            created_at: session.created_at.as_unix(),
            last_used_at: Some(session.last_used_at.as_unix()),
            expires_at: session.expires_at.as_unix(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<Session> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let value = Session {
            id: SessionId::new(row.id),
            digest: digest(row.digest)?,
            subject: SubjectId::new(row.subject),
            stamp: SecurityStamp::new(row.stamp),
            auth_time: Timestamp::from_unix(row.auth_time),
            amr: documents::read(&row.amr)?,
            user_agent: row.user_agent.map(String::from_utf8).transpose()?,
            address: row.address.map(|address| address.parse()).transpose()?,
            created_at: Timestamp::from_unix(row.created_at),
            last_used_at: Timestamp::from_unix(row.last_used_at.unwrap_or(row.auth_time)),
            expires_at: Timestamp::from_unix(row.expires_at),
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
