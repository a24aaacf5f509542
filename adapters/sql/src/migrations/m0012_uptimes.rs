//! The times at which the server was up, by which the grace of refresh tokens is counted.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let uptimes = Table::create()
            .table("uptimes")
            .col(text("issuer").primary_key())
            .col(big_integer("seen_at"))
            .col(text("outages"))
            .col(big_integer("revision"))
            .to_owned();
        manager.create_table(uptimes).await
    }
}
