//! The answer of a finished interaction, so that a repeated request gets the same.

use sea_orm_migration::{prelude::*, schema::text_null};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // They live for minutes, and those of an earlier version lack what is read here.
        manager.execute(Query::delete().from_table("interactions").to_owned()).await?;
        for column in ["answer", "decided", "granted"] {
            let mut change = Table::alter();
            change.table("interactions").add_column(text_null(column));
            manager.alter_table(change).await?;
        }
        manager.create_index(index("interactions", &["session"])).await
    }
}
