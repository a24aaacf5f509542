//! [`Users`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{SubjectId, User, Username};
use ports::outbound::{Page, StoreError, Stored, Users};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use self::entity::{Column, Entity, Model};
use crate::{
    Sql,
    changes::Kind,
    failure::failed,
    table::{Table, believe_all, from_row},
};

impl Table for User {
    type Entity = Entity;

    const NAME: &'static str = "user";

    fn with_key(key: &SubjectId) -> Expr {
        Column::Id.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.id.clone()
    }

    fn change(key: &SubjectId) -> Option<(Kind, &str)> {
        Some((Kind::User, key.as_str()))
    }
}

#[async_trait]
impl Users for Sql {
    async fn by_username(&self, username: &Username) -> Result<Option<Stored<User>>, StoreError> {
        let found = Entity::find().filter(Column::Username.eq(username.as_str()));
        self.reads.one(found).await.map_err(failed)?.map(from_row).transpose()
    }

    async fn page(&self, page: Page<Username>) -> Result<Vec<User>, StoreError> {
        let after = page.after.map(|last| Column::Username.gt(last.as_str()));
        let found = Entity::find().filter(Condition::all().add_option(after));
        let found = found.order_by_asc(Column::Username).limit(u64::from(page.limit));
        believe_all(self.reads.all(found).await.map_err(failed)?)
    }
}
