//! [`AuthorizationCodes`] as one table.

mod entity;

use async_trait::async_trait;
use domain::{AuthorizationCode, Digest, Event};
use ports::outbound::{AuthorizationCodes, StoreError};
use sea_orm::{ColumnTrait, sea_query::Expr};

pub(crate) use self::entity::Entity;
use self::entity::{Column, Model};
use crate::{Sql, event_rows::insertion, table::Table};

impl Table for AuthorizationCode {
    type Entity = Entity;

    const NAME: &'static str = "authorization code";
    const EXPIRY: Option<Column> = Some(Column::ExpiresAt);

    fn with_key(key: &Digest) -> Expr {
        Column::Digest.eq(key.as_bytes().to_vec())
    }

    fn label(row: &Model) -> String {
        format!("of grant {}", row.grant_id)
    }
}

#[async_trait]
impl AuthorizationCodes for Sql {
    async fn insert_recorded(
        &self,
        code: AuthorizationCode,
        event: Event,
    ) -> Result<(), StoreError> {
        let event = insertion(vec![event.into()], self.backend());
        self.write(self.addition(code).telling(Some(event))).await?;
        Ok(())
    }
}
