//! [`Revocations`] as one table. The news of a revocation is written with it, and told by
//! [`crate::changes`].

mod entity;

use async_trait::async_trait;
use domain::{Revocation, Timestamp};
use ports::outbound::{Revocations, StoreError};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryTrait,
    sea_query::{Expr, OnConflict},
};

use self::entity::ActiveModel;
pub(crate) use self::entity::{Column, Entity};
use crate::{Sql, changes, failure::failed, table::later, writer::Write};

/// The column of the expiry.
pub(crate) const EXPIRY: Column = Column::ExpiresAt;

#[async_trait]
impl Revocations for Sql {
    async fn revoke(&self, revocation: Revocation, now: Timestamp) -> Result<(), StoreError> {
        let again = OnConflict::columns([Column::Kind, Column::Name])
            .value(Column::ExpiresAt, later(Entity, Column::ExpiresAt))
            .value(Column::At, later(Entity, Column::At))
            .to_owned();
        let news = changes::note_revocation(&revocation, now).build(self.backend());
        let row = ActiveModel::from(entity::Dated { revocation, at: now });
        let statement = Entity::insert(row).on_conflict(again).build(self.backend());
        self.write(Write::new(statement).telling(Some(news))).await?;
        Ok(())
    }

    async fn live(&self, now: Timestamp) -> Result<Vec<Revocation>, StoreError> {
        // Whoever begins to serve must understand all of it.
        self.revoked(Column::ExpiresAt.gt(now.as_unix())).await
    }
}

impl Sql {
    /// The revocations that fit, all of which must be understood.
    pub(crate) async fn revoked(&self, which: Expr) -> Result<Vec<Revocation>, StoreError> {
        let rows = self.reads.all(Entity::find().filter(which)).await.map_err(failed)?;
        rows.into_iter().map(|row| Ok(Revocation::try_from(row)?)).collect()
    }
}
