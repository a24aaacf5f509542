//! The row, and its translation.

use domain::{ClientId, Suspension, Timestamp};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suspensions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub client: String,
    pub since: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<Suspension>> for Model {
    fn from(Stored { value: suspension, revision }: Stored<Suspension>) -> Self {
        Self {
            client: suspension.client.as_str().to_owned(),
            since: suspension.since.as_unix(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<Suspension> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let value = Suspension {
            client: ClientId::new(row.client),
            since: Timestamp::from_unix(row.since),
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
