//! [`Sessions`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{Session, SessionId, SubjectId, Timestamp};
use ports::outbound::{Sessions, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::{
    Sql,
    failure::failed,
    table::{Table, believe_all},
};

impl Table for Session {
    type Entity = Entity;

    const NAME: &'static str = "session";
    const EXPIRY: Option<Column> = Some(Column::ExpiresAt);

    fn with_key(key: &SessionId) -> Expr {
        Column::Id.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.id.clone()
    }
}

#[async_trait]
impl Sessions for Sql {
    async fn of(&self, subject: &SubjectId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let found = Entity::find()
            .filter(Column::Subject.eq(subject.as_str()))
            .filter(Column::ExpiresAt.gt(now.as_unix()))
            .order_by_desc(Column::CreatedAt)
            .limit(100);
        believe_all(self.reads.all(found).await.map_err(failed)?)
    }
}
