//! [`RefreshFamilies`] as one table.

mod entity;

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{ClientId, Event, GrantId, RefreshFamily, SubjectId, Timestamp};
use ports::outbound::{RefreshFamilies, StoreError, Stored};
use sea_orm::{
    ColumnTrait, DbBackend, DbErr, EntityTrait, QueryOrder, QueryResult, QuerySelect,
    StatementBuilder,
    sea_query::{Expr, Query},
};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::{
    Sql,
    event_rows::{ActiveModel, insertion, insertion_beside},
    failure::failed,
    table::{Table, update},
    writer::Write,
};

impl Table for RefreshFamily {
    type Entity = Entity;

    const NAME: &'static str = "refresh family";
    const EXPIRY: Option<Column> = Some(Column::IdleExpiresAt);
    const FIXED: &'static [Column] =
        &[Column::Client, Column::Subject, Column::Salt, Column::ExpiresAt];

    fn with_key(key: &GrantId) -> Expr {
        Column::GrantId.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.grant_id.clone()
    }
}

#[async_trait]
impl RefreshFamilies for Sql {
    async fn replace_recorded(
        &self,
        stored: Stored<RefreshFamily>,
        event: Event,
    ) -> Result<(), StoreError> {
        let (event, backend) = (ActiveModel::from(event), self.backend());
        let step = match backend {
            DbBackend::Postgres => {
                let both = insertion_beside(update(stored), &event);
                Write::new(StatementBuilder::build(&both, &backend)).or_conflict()
            }
            _ => self.replacement(stored).telling(Some(insertion(vec![event], backend))),
        };
        self.write(step).await?;
        Ok(())
    }

    async fn latest_expiry(&self) -> Result<Option<Timestamp>, StoreError> {
        let last = Entity::find().order_by_desc(Column::ExpiresAt).limit(1);
        let last = self.reads.one(last).await.map_err(failed)?;
        Ok(last.map(|row| Timestamp::from_unix(row.expires_at)))
    }

    async fn last_uses(
        &self,
        subject: &SubjectId,
    ) -> Result<HashMap<ClientId, Timestamp>, StoreError> {
        let uses = Query::select()
            .column(Column::Client)
            .expr_as(Column::RotatedAt.max(), "at")
            .from(Entity)
            .and_where(Column::Subject.eq(subject.as_str()))
            .and_where(Column::RotatedAt.is_not_null())
            .group_by_col(Column::Client)
            .take();
        let uses = StatementBuilder::build(&uses, &self.backend());
        let rows = self.reads.rows(uses).await.map_err(failed)?;
        let read = |row: &QueryResult| {
            let (client, at): (String, i64) = (row.try_get("", "client")?, row.try_get("", "at")?);
            Ok((ClientId::new(client), Timestamp::from_unix(at)))
        };
        rows.iter().map(read).collect::<Result<_, DbErr>>().map_err(failed)
    }
}
