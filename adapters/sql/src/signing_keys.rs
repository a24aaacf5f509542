//! [`SigningKeys`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{KeyId, SigningKey};
use ports::outbound::{SigningKeys, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryOrder, sea_query::Expr};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::{
    Sql,
    failure::failed,
    table::{Table, believe_all},
};

impl Table for SigningKey {
    type Entity = Entity;

    const NAME: &'static str = "signing key";
    const EXPIRY: Option<Column> = Some(Column::RetiresAt);

    fn with_key(key: &KeyId) -> Expr {
        Column::Id.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.id.clone()
    }
}

#[async_trait]
impl SigningKeys for Sql {
    async fn all(&self) -> Result<Vec<SigningKey>, StoreError> {
        let found = Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id);
        believe_all(self.reads.all(found).await.map_err(failed)?)
    }
}
