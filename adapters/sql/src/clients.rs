//! [`Clients`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{Client, ClientId, Timestamp};
use ports::outbound::{Clients, Page, StoreError};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::Expr,
};

use self::entity::{Column, Entity, Model};
use crate::{
    Sql,
    changes::Kind,
    failure::failed,
    table::{Table, believe_all},
    writer::Write,
};

/// Whether a client registered itself and never got a grant.
const UNUSED: &str = "origin = 'dynamic' AND first_granted_at IS NULL";

impl Table for Client {
    type Entity = Entity;

    const NAME: &'static str = "client";

    fn with_key(key: &ClientId) -> Expr {
        Column::Id.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.id.clone()
    }

    fn change(key: &ClientId) -> Option<(Kind, &str)> {
        Some((Kind::Client, key.as_str()))
    }
}

#[async_trait]
impl Clients for Sql {
    async fn page(&self, page: Page<ClientId>) -> Result<Vec<Client>, StoreError> {
        let after = page.after.map(|last| Column::Id.gt(last.as_str()));
        let found = Entity::find().filter(Condition::all().add_option(after));
        let found = found.order_by_asc(Column::Id).limit(u64::from(page.limit));
        believe_all(self.reads.all(found).await.map_err(failed)?)
    }

    async fn forget_unused(
        &self,
        before: Timestamp,
        most: u32,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let old = format!(
            "SELECT id FROM clients WHERE {UNUSED} AND created_at < {} LIMIT {limit}",
            before.as_unix()
        );
        let many = format!(
            "SELECT id FROM (SELECT id, created_at, ROW_NUMBER() OVER (PARTITION BY registered_from \
             ORDER BY created_at DESC, id) AS nth FROM clients WHERE {UNUSED}) AS unused \
             ORDER BY nth, created_at DESC, id LIMIT {limit} OFFSET {most}"
        );
        let mut forgotten = 0;
        // Without telling anybody: whoever still has one in memory finds out before it gets a grant.
        for some in [old, many] {
            let delete = format!("DELETE FROM clients WHERE {UNUSED} AND id IN ({some})");
            let delete = Statement::from_string(self.backend(), delete);
            forgotten += self.write(Write::new(delete).freeing()).await?;
        }
        Ok(forgotten)
    }
}
