//! The row, and its translation.

use domain::{Revocable, Revocation, Timestamp};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::unknown_rows::UnknownKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revocations")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub expires_at: i64,
    /// The time of the revocation.
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A revocation, and when it was made.
pub(super) struct Dated {
    pub(super) revocation: Revocation,
    pub(super) at: Timestamp,
}

impl From<Dated> for ActiveModel {
    fn from(Dated { revocation, at }: Dated) -> Self {
        let (kind, name) = revocation.what.parts();
        Self {
            kind: Set(kind.to_owned()),
            name: Set(name.to_owned()),
            expires_at: Set(revocation.expires_at.as_unix()),
            at: Set(at.as_unix()),
        }
    }
}

impl TryFrom<Model> for Revocation {
    type Error = UnknownKind;

    fn try_from(row: Model) -> Result<Self, UnknownKind> {
        match Revocable::from_parts(&row.kind, &row.name) {
            Some(what) => Ok(Self { what, expires_at: Timestamp::from_unix(row.expires_at) }),
            None => Err(UnknownKind { entity: "revocation", kind: row.kind, name: row.name }),
        }
    }
}
