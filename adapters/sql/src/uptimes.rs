//! [`ports::outbound::Store`] of [`Uptime`], as one table.

mod entity;

use domain::Uptime;
use sea_orm::{ColumnTrait, sea_query::Expr};

use self::entity::{Column, Entity, Model};
use crate::table::Table;

impl Table for Uptime {
    type Entity = Entity;

    const NAME: &'static str = "record of up time";

    fn with_key(key: &String) -> Expr {
        Column::Issuer.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.issuer.clone()
    }
}
