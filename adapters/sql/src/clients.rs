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

/// Whether a client registered itself, and no person has allowed it anything.
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
        let (since, before) = (unused_since(), before.as_unix());
        // Nothing is unused for longer than it has been there: this is what the index is for.
        let old = format!("created_at < {before} AND {since} < {before}");
        let some = format!("SELECT id FROM clients WHERE {UNUSED} AND {old} LIMIT {limit}");
        // Said twice, as one that is to go may be used meanwhile.
        let old = format!("{old} AND id IN ({some})");
        let many = format!(
            "id IN (SELECT id FROM (SELECT id, {since} AS since, ROW_NUMBER() OVER (PARTITION BY \
             registered_from ORDER BY last_used_at IS NULL, {since} DESC, id) AS nth FROM clients WHERE \
             {UNUSED}) AS unused ORDER BY nth, since DESC, id LIMIT {limit} OFFSET {most})"
        );
        let mut forgotten = 0;
        // Without telling anybody: whoever still has one in memory finds out before it gets a grant.
        for some in [old, many] {
            let delete = format!("DELETE FROM clients WHERE {UNUSED} AND {some}");
            let delete = Statement::from_string(self.backend(), delete);
            forgotten += self.write(Write::new(delete).freeing()).await?;
        }
        Ok(forgotten)
    }
}

/// The column expression of [`Client::unused_since`].
fn unused_since() -> String {
    let precision = Client::USE_PRECISION.as_secs();
    format!("COALESCE(last_used_at + {precision}, created_at)")
}
