//! The row, and its translation.

use domain::{ClientId, Revocable, Revocation, SubjectId, Timestamp};
use ports::outbound::Change;
use sea_orm::{FromQueryResult, entity::prelude::*};

use crate::unknown_rows::UnknownKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "news")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub kind: String,
    pub name: String,
    /// The expiry of a revocation; `None` for any other change.
    pub expires_at: Option<i64>,
    /// The time of the change.
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The kind of aggregate that has changed.
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

/// The columns of a row that make a [`Change`].
#[derive(Debug, FromQueryResult)]
pub(super) struct Told {
    kind: String,
    name: String,
    expires_at: Option<i64>,
}

impl TryFrom<Told> for Change {
    type Error = UnknownKind;

    fn try_from(Told { kind, name, expires_at }: Told) -> Result<Self, UnknownKind> {
        if let Some(expires_at) = expires_at.map(Timestamp::from_unix) {
            return match Revocable::from_parts(&kind, &name) {
                Some(what) => Ok(Self::Revocation(Revocation { what, expires_at })),
                None => Err(UnknownKind { entity: "revocation", kind, name }),
            };
        }
        match kind.as_str() {
            "client" => Ok(Self::Client(ClientId::new(name))),
            "user" => Ok(Self::User(SubjectId::new(name))),
            _ => Err(UnknownKind { entity: "change", kind, name }),
        }
    }
}
