//! [`ports::outbound::Interactions`] as one table.

mod entity;

use domain::{Interaction, InteractionId};
use sea_orm::{ColumnTrait, sea_query::Expr};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::table::Table;

impl Table for Interaction {
    type Entity = Entity;

    const NAME: &'static str = "interaction";
    const EXPIRY: Option<Column> = Some(Column::ExpiresAt);

    fn with_key(key: &InteractionId) -> Expr {
        Column::Id.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.id.clone()
    }
}
