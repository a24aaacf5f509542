//! [`ports::outbound::Suspensions`] as one table.

mod entity;

use domain::{ClientId, Suspension};
use sea_orm::{ColumnTrait, sea_query::Expr};

use self::entity::{Column, Entity, Model};
use crate::{changes::Kind, table::Table};

impl Table for Suspension {
    type Entity = Entity;

    const NAME: &'static str = "suspension";

    fn with_key(key: &ClientId) -> Expr {
        Column::Client.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.client.clone()
    }

    fn change(key: &ClientId) -> Option<(Kind, &str)> {
        Some((Kind::Client, key.as_str()))
    }
}
