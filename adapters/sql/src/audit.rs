//! [`Audit`] and [`AuditHistory`] as one table. The writer inserts many events at once.

use async_trait::async_trait;
use domain::{Actor, Event, Timestamp};
use ports::outbound::{
    Audit, AuditHistory, AuditPosition, AuditPurgeBefore, AuditQuery, Recorded, StoreError,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, StatementBuilder,
    sea_query::{DeleteStatement, Expr, ExprTrait, Query, SelectStatement},
};

use crate::{
    Sql,
    event_rows::{Column, Entity, Model},
    failure::failed,
    writer::Write,
};

#[async_trait]
impl Audit for Sql {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        self.writer.record(event.into()).await
    }
}

#[async_trait]
impl AuditHistory for Sql {
    async fn recorded(&self, query: &AuditQuery) -> Result<Vec<Recorded>, StoreError> {
        let found = Entity::find().filter(matching(query)).limit(u64::from(query.limit));
        let forward = matches!(query.from, AuditPosition::After(_));
        let found =
            if forward { found.order_by_asc(Column::Id) } else { found.order_by_desc(Column::Id) };
        let mut rows = self.reads.all(found).await.map_err(failed)?;
        if !forward {
            rows.reverse();
        }
        rows.into_iter().map(from_row).collect()
    }

    async fn purge_events(&self, horizon: AuditPurgeBefore, limit: u32) -> Result<u64, StoreError> {
        let kinds = [
            horizon.strangers.map(|before| strangers(before, limit)),
            horizon.all.map(|before| oldest(before, limit)),
        ];
        let mut purged = 0;
        for kind in kinds.into_iter().flatten() {
            let statement = StatementBuilder::build(&kind, &self.backend());
            purged += self.write(Write::new(statement).freeing()).await?;
        }
        Ok(purged)
    }
}

fn from_row(row: Model) -> Result<Recorded, StoreError> {
    let number = row.id;
    let corrupt =
        |source| StoreError::Corrupt { entity: "audit event", key: number.to_string(), source };
    Ok(Recorded { number, event: row.try_into().map_err(corrupt)? })
}

fn matching(query: &AuditQuery) -> Condition {
    let place = match query.from {
        AuditPosition::Latest => None,
        AuditPosition::Before(number) => Some(Column::Id.lt(number)),
        AuditPosition::After(number) => Some(Column::Id.gt(number)),
    };
    Condition::all()
        .add_option(place)
        .add_option(query.since.map(|since| Column::At.gte(since.as_unix())))
        .add_option(query.until.map(|until| Column::At.lt(until.as_unix())))
        .add_option(query.action.map(|action| Column::Action.eq(action.as_str())))
        .add_option(query.subject.as_ref().map(|subject| Column::Subject.eq(subject.as_str())))
        .add_option(query.client.as_ref().map(|client| Column::Client.eq(client.as_str())))
        .add_option(query.outcome.map(|outcome| Column::Outcome.eq(outcome.as_str())))
}

/// Events of strangers: the condition is, word for word, that of the index they are found by. SQLite does
/// not recognise it with parameters in the list.
pub(crate) fn strangers(before: Timestamp, limit: u32) -> DeleteStatement {
    let actors = Actor::STRANGERS.map(Actor::as_str);
    let some = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Expr::cust(format!("actor IN ('{}')", actors.join("', '"))))
        .and_where(Column::At.lt(before.as_unix()))
        .limit(u64::from(limit))
        .take();
    delete(some)
}

/// The oldest events. Numbers grow with time, so these are the ones with the lowest numbers: they need
/// no index beside the primary key, which would cost every event another write.
fn oldest(before: Timestamp, limit: u32) -> DeleteStatement {
    let first = Query::select()
        .columns([Column::Id, Column::At])
        .from(Entity)
        .order_by(Column::Id, sea_orm::Order::Asc)
        .limit(u64::from(limit))
        .take();
    let some = Query::select()
        .column(Column::Id)
        .from_subquery(first, "oldest")
        .and_where(Expr::col(Column::At).lt(before.as_unix()))
        .take();
    delete(some)
}

fn delete(some: SelectStatement) -> DeleteStatement {
    let latest = Query::select().expr(Expr::col(Column::Id).max()).from(Entity).take();
    Query::delete()
        .from_table(Entity)
        .and_where(Expr::col(Column::Id).in_subquery(some))
        .and_where(Expr::col(Column::Id).lt(Expr::SubQuery(None, Box::new(latest.into()))))
        .take()
}
