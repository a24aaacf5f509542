//! [`Consents`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{ClientId, Consent, Revocation, SubjectId, Timestamp};
use ports::outbound::{Consents, StoreError};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, StatementBuilder,
    sea_query::{DeleteStatement, Expr, ExprTrait, OnConflict, Query},
};

use self::entity::{Column, Entity, Model};
use crate::{
    Sql,
    failure::failed,
    revocations,
    table::{Table, believe_all},
    writer::Write,
};

/// The kinds of revocation that end a consent, each with the column that holds the name of what is
/// revoked.
const ENDED_BY: [(&str, Column); 2] = [("consent", Column::Id), ("client", Column::Client)];

/// Deletes up to `limit` rows that have been ended, for either reason. What has taken the place of
/// such a row meanwhile has another identifier, and stays.
pub(crate) fn ended(limit: u32) -> [DeleteStatement; 2] {
    ENDED_BY.map(|(kind, column)| {
        let revoked = Query::select()
            .column(revocations::Column::Name)
            .from(revocations::Entity)
            .and_where(revocations::Column::Kind.eq(kind))
            .take();
        let some = Query::select()
            .column(Column::Id)
            .from(Entity)
            .and_where(Expr::col(column).in_subquery(revoked))
            .limit(limit.into())
            .take();
        Query::delete().from_table(Entity).and_where(Expr::col(Column::Id).in_subquery(some)).take()
    })
}

/// Whether a row of the revocations has ended a consent that is still here.
pub(crate) fn are_hidden() -> Condition {
    ENDED_BY.into_iter().fold(Condition::any(), |any, (kind, column)| {
        let name = Expr::col((revocations::Entity, revocations::Column::Name));
        let hidden = Query::select()
            .expr(Expr::val(1))
            .from(Entity)
            .and_where(Expr::col((Entity, column)).eq(name))
            .take();
        any.add(revocations::Column::Kind.eq(kind).and(Expr::exists(hidden)))
    })
}

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

    async fn end_all(
        &self,
        client: &ClientId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, StoreError> {
        use revocations::Column as Revoked;
        let theirs = || Column::Client.eq(client.as_str());
        let rows = Query::select()
            .expr(Expr::val("consent"))
            .column(Column::Id)
            .expr(Expr::val(until.as_unix()))
            .expr(Expr::val(now.as_unix()))
            .from(Entity)
            .and_where(theirs())
            .take();
        let insert = |table: &'static str| {
            let columns = ["kind", "name", "expires_at", "at"];
            let insert = Query::insert().into_table(table).columns(columns).take();
            let mut insert = insert;
            insert.select_from(rows.clone()).expect("as many values as columns").take()
        };
        let again = OnConflict::columns([Revoked::Kind, Revoked::Name]).do_nothing().to_owned();
        let revoke = insert("revocations").on_conflict(again).take();
        let (revoke, tell) = (
            StatementBuilder::build(&revoke, &self.backend()),
            StatementBuilder::build(&insert("news"), &self.backend()),
        );
        self.write(Write::new(revoke).telling(Some(tell))).await?;
        let ids = Query::select().column(Column::Id).from(Entity).and_where(theirs()).take();
        let ended = Revoked::Kind.eq("consent").and(Revoked::Name.in_subquery(ids));
        self.revoked(ended).await
    }
}
