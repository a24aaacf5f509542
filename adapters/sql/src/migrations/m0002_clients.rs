//! Clients.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary_len_null, text, text_null},
};

use super::name;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let clients = Table::create()
            .table("clients")
            .col(name(manager, "id").primary_key())
            .col(text_null("secret_method"))
            .col(binary_len_null("secret_digest", 32))
            .col(text("metadata"))
            .col(big_integer_null("access_token_lifetime"))
            .col(big_integer_null("refresh_idle_lifetime"))
            .col(text("origin"))
            .col(binary_len_null("registration_token", 32))
            .col(text("state"))
            .col(big_integer("created_at"))
            .col(big_integer("revision"))
            .to_owned();
        manager.create_table(clients).await
    }
}
