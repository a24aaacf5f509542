//! The row, and its translation.

use domain::{ClientId, SubjectId};
use ports::outbound::Change;
use sea_orm::entity::prelude::*;

use crate::strangers::Stranger;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "changes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What kind of thing has changed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Client,
    User,
}

impl Kind {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::User => "user",
        }
    }
}

impl TryFrom<Model> for Change {
    type Error = Stranger;

    fn try_from(row: Model) -> Result<Self, Stranger> {
        match row.kind.as_str() {
            "client" => Ok(Self::Client(ClientId::new(row.name))),
            "user" => Ok(Self::User(SubjectId::new(row.name))),
            _ => Err(Stranger { entity: "change", kind: row.kind, name: row.name }),
        }
    }
}
