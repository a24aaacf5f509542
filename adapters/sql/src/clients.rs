//! [`Clients`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{Client, ClientId};
use ports::outbound::{Change, Clients, Page, StoreError};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use self::entity::{Column, Entity, Model};
use crate::{
    Sql,
    failure::failed,
    table::{Table, believe_all},
};

impl Table for Client {
    type Entity = Entity;

    const NAME: &'static str = "client";

    fn with_key(key: &ClientId) -> Condition {
        Column::Id.eq(key.as_str()).into_condition()
    }

    fn label(row: &Model) -> String {
        row.id.clone()
    }

    fn change(key: &ClientId) -> Option<Change> {
        Some(Change::Client(key.clone()))
    }
}

#[async_trait]
impl Clients for Sql {
    async fn page(&self, page: Page<ClientId>) -> Result<Vec<Client>, StoreError> {
        let after = page.after.map(|last| Column::Id.gt(last.as_str()));
        let found = Entity::find().filter(Condition::all().add_option(after));
        let found = found.order_by_asc(Column::Id).limit(u64::from(page.limit));
        believe_all(found.all(&self.reads).await.map_err(failed)?)
    }
}
