//! A table that is written to find out whether the database accepts writes.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let pulse = Table::create()
            .table("pulse")
            .col(integer("id").primary_key())
            .col(big_integer("beats"))
            .to_owned();
        manager.create_table(pulse).await
    }
}
