//! Signing keys.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary, binary_null, text},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let signing_keys = Table::create()
            .table("signing_keys")
            .col(text("id").primary_key())
            .col(text("algorithm"))
            .col(binary_null("ec_x"))
            .col(binary_null("ec_y"))
            .col(binary_null("rsa_n"))
            .col(binary_null("rsa_e"))
            .col(binary("sealed"))
            .col(big_integer("created_at"))
            .col(big_integer_null("retires_at"))
            .col(big_integer("revision"))
            .to_owned();
        manager.create_table(signing_keys).await
    }
}
