//! The actor of an audit event, and an index by which old refusals of unauthenticated callers are
//! found.

use sea_orm_migration::{prelude::*, schema::text_null};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let actor = Table::alter().table("audit_events").add_column(text_null("actor")).to_owned();
        manager.alter_table(actor).await?;
        // Partial, so that other events are not written twice.
        let mut strangers = index("audit_events", &["at"]);
        strangers
            .and_where(Expr::col("actor").eq("anonymous"))
            .and_where(Expr::col("outcome").eq("refused"));
        manager.create_index(strangers).await
    }
}
