//! The row, and its translation.

use domain::{Password, Stamp, SubjectId, Timestamp, User, UserState, Username};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::table::{Doubt, signed};

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
        let (hash, one_time) = user.password.map(|kept| (kept.hash, kept.one_time)).unzip();
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
            state: state.to_owned(),
            stamp: user.stamp.as_str().to_owned(),
            created_at: user.created_at.as_unix(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<User> {
    type Error = Doubt;

    fn try_from(row: Model) -> Result<Self, Doubt> {
        let password = match (row.password_hash, row.password_one_time) {
            (Some(hash), Some(one_time)) => Some(Password { hash, one_time }),
            (None, None) => None,
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
            stamp: Stamp::new(row.stamp),
            created_at: Timestamp::from_unix(row.created_at),
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
