//! [`ports::outbound::AuthorizationCodes`] as one table.

mod entity;

use domain::{AuthorizationCode, Digest};
use sea_orm::{ColumnTrait, sea_query::Expr};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::table::Table;

/// When a row may be forgotten.
pub(crate) const EXPIRY: Column = Column::ExpiresAt;

impl Table for AuthorizationCode {
    type Entity = Entity;

    const NAME: &'static str = "authorization code";

    fn with_key(key: &Digest) -> Expr {
        Column::Digest.eq(key.as_bytes().to_vec())
    }

    fn label(row: &Model) -> String {
        format!("of grant {}", row.grant_id)
    }
}
