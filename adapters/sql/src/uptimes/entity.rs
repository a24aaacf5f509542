//! The row, and its translation.

use adapter_documents as documents;
use domain::{Outage, Timestamp, Uptime};
use ports::outbound::Stored;
use sea_orm::entity::prelude::*;

use crate::columns::{RowError, signed};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "uptimes")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub issuer: String,
    pub seen_at: i64,
    /// Pairs of instants.
    pub outages: String,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Stored<Uptime>> for Model {
    fn from(Stored { value: uptime, revision }: Stored<Uptime>) -> Self {
        let pair = |outage: &Outage| (outage.from.as_unix(), outage.to.as_unix());
        let outages: Vec<_> = uptime.outages.iter().map(pair).collect();
        Self {
            issuer: uptime.issuer,
            seen_at: uptime.seen_at.as_unix(),
            outages: documents::write(&outages),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Stored<Uptime> {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let outage =
            |(from, to)| Outage { from: Timestamp::from_unix(from), to: Timestamp::from_unix(to) };
        let outages: Vec<(i64, i64)> = documents::read(&row.outages)?;
        let value = Uptime {
            issuer: row.issuer,
            seen_at: Timestamp::from_unix(row.seen_at),
            outages: outages.into_iter().map(outage).collect(),
        };
        Ok(Self { value, revision: row.revision.try_into()? })
    }
}
