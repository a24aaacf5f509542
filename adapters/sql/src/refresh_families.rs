//! [`RefreshFamilies`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{GrantId, RefreshFamily, Timestamp};
use ports::outbound::{RefreshFamilies, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryOrder, QuerySelect, sea_query::Expr};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::{Sql, failure::failed, table::Table};

/// When a row may be forgotten: a family that has been idle for too long is as dead as one that is
/// too old.
pub(crate) const EXPIRY: Column = Column::IdleExpiresAt;

impl Table for RefreshFamily {
    type Entity = Entity;

    const NAME: &'static str = "refresh family";

    fn with_key(key: &GrantId) -> Expr {
        Column::GrantId.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.grant_id.clone()
    }
}

#[async_trait]
impl RefreshFamilies for Sql {
    async fn latest_expiry(&self) -> Result<Option<Timestamp>, StoreError> {
        let last = Entity::find().order_by_desc(Column::ExpiresAt).limit(1);
        let last = self.reads.one(last).await.map_err(failed)?;
        Ok(last.map(|row| Timestamp::from_unix(row.expires_at)))
    }
}
