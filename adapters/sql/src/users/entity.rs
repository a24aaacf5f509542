//! The row, and its translation.

use domain::{
    InteractionId, Password, PasswordKind, SecurityStamp, SubjectId, Timestamp, User, UserState,
    Username,
};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub username: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_verified: bool,
    pub password_hash: Option<String>,
    pub password_one_time: Option<bool>,
    pub password_expires_at: Option<i64>,
    pub password_used_in: Option<String>,
    pub state: String,
    pub stamp: String,
    pub created_at: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<User>> for Model {
    fn from(Stored { value: user, revision }: Stored<User>) -> Self {
        let one_time = user.password.as_ref().map(Password::is_one_time);
        let (hash, kind) = user.password.map(|kept| (kept.hash, kept.kind)).unzip();
        let (expires_at, used_in) = match kind {
            Some(PasswordKind::OneTime { expires_at, used_in }) => (Some(expires_at), used_in),
            Some(PasswordKind::Chosen) | None => (None, None),
        };
        let state = match user.state {
            UserState::Active => "active",
            UserState::Disabled => "disabled",
        };
        Self {
            id: user.id.as_str().to_owned(),
            username: user.username.as_str().to_owned(),
            name: user.name,
            email: user.email,
            email_verified: user.email_verified,
            password_hash: hash,
            password_one_time: one_time,
            password_expires_at: expires_at.map(Timestamp::as_unix),
            password_used_in: used_in.map(|interaction| interaction.as_str().to_owned()),
            state: state.to_owned(),
            stamp: user.stamp.as_str().to_owned(),
            created_at: user.created_at.as_unix(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<User> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let password = match (row.password_hash, row.password_one_time, row.password_expires_at) {
            (Some(hash), Some(false), _) => Some(Password::chosen(hash)),
            (Some(hash), Some(true), expires_at) => {
                // An instance from before this column may still run, and writes none: such a password
                // has ended, and whoever holds it is told to get another.
                let expires_at = Timestamp::from_unix(expires_at.unwrap_or(0));
                let used_in = row.password_used_in.map(InteractionId::new);
                Some(Password { hash, kind: PasswordKind::OneTime { expires_at, used_in } })
            }
            (None, None, _) => None,
            _ => return Err("half a password".into()),
        };
        let state = match row.state.as_str() {
            "active" => UserState::Active,
            "disabled" => UserState::Disabled,
            _ => return Err("an unknown state".into()),
        };
        let value = User {
            id: SubjectId::new(row.id),
            username: Username::parse_former(&row.username)?,
            name: row.name,
            email: row.email,
            email_verified: row.email_verified,
            password,
            state,
            stamp: SecurityStamp::new(row.stamp),
            created_at: Timestamp::from_unix(row.created_at),
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
