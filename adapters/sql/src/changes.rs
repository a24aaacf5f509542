//! [`Changes`] as one table: the last time each thing has changed. Revocations are not in it, as
//! their own rows say when they were made.

mod entity;

use async_trait::async_trait;
use domain::Timestamp;
use ports::outbound::{Change, Changes, StoreError};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, Insert, QueryFilter, sea_query::OnConflict,
};

use self::entity::{ActiveModel, Column};
pub(crate) use self::entity::{Entity, Kind};
use crate::{Sql, failure::failed, table::later};

/// When a row may be forgotten: whoever has not looked since then must read everything anyway.
pub(crate) const EXPIRY: Column = Column::At;

/// Notes that something has changed.
pub(crate) fn note(kind: Kind, name: &str, at: Timestamp) -> Insert<ActiveModel> {
    let row = ActiveModel {
        kind: Set(kind.as_str().to_owned()),
        name: Set(name.to_owned()),
        at: Set(at.as_unix()),
    };
    let again = OnConflict::columns([Column::Kind, Column::Name])
        .value(Column::At, later(Entity, Column::At))
        .to_owned();
    Entity::insert(row).on_conflict(again)
}

#[async_trait]
impl Changes for Sql {
    async fn since(&self, since: Timestamp) -> Result<Vec<Change>, StoreError> {
        let rows = Entity::find().filter(Column::At.gte(since.as_unix()));
        let rows = self.reads.all(rows).await.map_err(failed)?;
        let mut told = self.understood(rows);
        told.extend(self.revoked_since(since).await?.into_iter().map(Change::Revocation));
        Ok(told)
    }
}
