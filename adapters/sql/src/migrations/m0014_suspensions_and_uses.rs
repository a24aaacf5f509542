//! Clients of the configuration that an operator has stopped, and when sessions and consents were last
//! used.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, text, text_null},
};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let suspensions = Table::create()
            .table("suspensions")
            .col(text("client").primary_key())
            .col(big_integer("since"))
            .col(big_integer("revision"))
            .to_owned();
        manager.create_table(suspensions).await?;
        let columns = [
            ("sessions", text_null("address")),
            ("sessions", big_integer_null("last_used_at")),
            ("consents", big_integer_null("last_used_at")),
        ];
        for (table, column) in columns {
            let alter = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        // By this the account page finds when a client last refreshed, so that a refresh need not
        // write that down anywhere else.
        manager.create_index(index("refresh_families", &["subject"])).await
    }
}
