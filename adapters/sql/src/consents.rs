//! [`Consents`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{ClientId, Consent, SubjectId};
use ports::outbound::{Consents, StoreError};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use self::entity::{Column, Entity, Model};
use crate::{
    Sql,
    failure::failed,
    table::{Table, believe_all},
};

impl Table for Consent {
    type Entity = Entity;

    const NAME: &'static str = "consent";

    fn with_key((subject, client): &(SubjectId, ClientId)) -> Expr {
        let subject = Column::Subject.eq(subject.as_str());
        subject.and(Column::Client.eq(client.as_str()))
    }

    fn label(row: &Model) -> String {
        row.id.clone()
    }
}

#[async_trait]
impl Consents for Sql {
    async fn of(&self, subject: &SubjectId) -> Result<Vec<Consent>, StoreError> {
        let found = Entity::find()
            .filter(Column::Subject.eq(subject.as_str()))
            .order_by_desc(Column::CreatedAt)
            .limit(500);
        believe_all(self.reads.all(found).await.map_err(failed)?)
    }
}
