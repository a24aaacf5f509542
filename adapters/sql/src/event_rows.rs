//! Rows of audit events, their translation, and the statements that add them.

use domain::{
    Action, Actor, ClientId, Event, GrantId, Outcome, RequestSource, SubjectId, Timestamp, TokenId,
};
use sea_orm::{
    ActiveValue,
    ActiveValue::{NotSet, Set},
    DbBackend, Iterable, QueryTrait, Statement,
    entity::prelude::*,
    sea_query::{CommonTableExpression, InsertStatement, Query, UpdateStatement},
};

use crate::columns::RowError;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub(crate) struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: i64,
    pub action: String,
    pub outcome: String,
    pub subject: Option<String>,
    pub client: Option<String>,
    pub grant_id: Option<String>,
    pub token: Option<String>,
    pub detail: Option<String>,
    pub address: Option<String>,
    pub trace: Option<String>,
    pub actor: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<Event> for ActiveModel {
    fn from(event: Event) -> Self {
        Self {
            id: NotSet,
            at: Set(event.at.as_unix()),
            action: Set(event.action.as_str().to_owned()),
            outcome: Set(event.outcome.as_str().to_owned()),
            subject: Set(event.subject.as_ref().map(|id| text(id.as_str()))),
            client: Set(event.client.as_ref().map(|id| text(id.as_str()))),
            grant_id: Set(event.grant.as_ref().map(|id| text(id.as_str()))),
            token: Set(event.token.as_ref().map(|id| text(id.as_str()))),
            detail: Set(event.detail.as_deref().map(text)),
            address: Set(event.origin.address.map(|address| address.to_string())),
            trace: Set(event.origin.trace.as_deref().map(text)),
            actor: Set(Some(event.actor.as_str().to_owned())),
        }
    }
}

impl TryFrom<Model> for Event {
    type Error = RowError;

    fn try_from(row: Model) -> Result<Self, RowError> {
        let actor = match &row.actor {
            None => Actor::Unknown,
            Some(name) => Actor::from_wire(name).ok_or("an unknown actor")?,
        };
        Ok(Self {
            at: Timestamp::from_unix(row.at),
            action: Action::from_wire(&row.action).ok_or("an unknown action")?,
            actor,
            outcome: Outcome::from_wire(&row.outcome).ok_or("an unknown outcome")?,
            subject: row.subject.map(SubjectId::new),
            client: row.client.map(ClientId::new),
            grant: row.grant_id.map(GrantId::new),
            token: row.token.map(TokenId::new),
            detail: row.detail,
            origin: RequestSource {
                address: row.address.map(|address| address.parse()).transpose()?,
                trace: row.trace,
            },
        })
    }
}

/// Removes NUL from a text that a caller sent: PostgreSQL cannot store it, and a request is not
/// answered before its event is written.
fn text(raw: &str) -> String {
    raw.replace('\0', "\u{fffd}")
}

/// The statement that adds events.
pub(crate) fn insertion(events: Vec<ActiveModel>, backend: DbBackend) -> Statement {
    Entity::insert_many(events).build(backend)
}

/// The same for one event, if an update hits a row, and together with it: one statement of PostgreSQL,
/// which takes one trip instead of the four of a transaction.
pub(crate) fn insertion_beside(
    mut update: UpdateStatement,
    event: &ActiveModel,
) -> InsertStatement {
    let update = update.returning(Query::returning().expr(Expr::val(1))).take();
    let hit = CommonTableExpression::new().query(update).table_name("hit").to_owned();
    let (mut columns, mut values) = (Vec::new(), Query::select());
    for column in Column::iter() {
        if let ActiveValue::Set(value) = event.get(column) {
            columns.push(column);
            values.expr(Expr::val(value));
        }
    }
    let mut insert = Query::insert();
    insert.into_table(Entity).columns(columns);
    insert.select_from(values.from("hit").take()).expect("a value for each column");
    insert.with_cte(hit).take()
}
