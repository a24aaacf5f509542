//! [`ports::outbound::RefreshFamilies`] as one table.

mod entity;

use domain::{GrantId, RefreshFamily};
use sea_orm::{ColumnTrait, sea_query::Expr};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::table::Table;

/// When a row may be forgotten: a family that has been idle for too long is as dead as one that is
/// too old.
pub(crate) const EXPIRY: Column = Column::IdleExpiresAt;

impl Table for RefreshFamily {
    type Entity = Entity;

    const NAME: &'static str = "refresh family";

    fn with_key(key: &GrantId) -> Expr {
        Column::GrantId.eq(key.as_str())
    }

    fn label(row: &Model) -> String {
        row.grant_id.clone()
    }
}
