//! [`Clients`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{Client, ClientId};
use ports::outbound::{Clients, Page, StoreError};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use self::entity::{Column, Entity, Model};
use crate::{
    Sql,
    changes::Kind,
    failure::failed,
    table::{Table, believe_all},
};

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
}
