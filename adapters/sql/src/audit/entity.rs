//! The row, and its translation.

use domain::Event;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, entity::prelude::*};

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
        }
    }
}

/// What somebody sent, fit to be written down: PostgreSQL has no text with a NUL, and what an event
/// accounts for is not answered before it is written.
fn text(raw: &str) -> String {
    raw.replace('\0', "\u{fffd}")
}
