//! People, the browsers they are signed in with, and what they allowed.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, binary_len, binary_null, boolean, boolean_null, text, text_null},
};

use super::{index, name};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(users(manager)).await?;
        manager.create_table(sessions()).await?;
        manager.create_index(index("sessions", &["subject", "created_at"])).await?;
        manager.create_index(index("sessions", &["expires_at"])).await?;
        manager.create_table(consents()).await
    }
}

fn users(manager: &SchemaManager<'_>) -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(text("id").primary_key())
        .col(name(manager, "username").unique_key())
        .col(text_null("name"))
        .col(text_null("email"))
        .col(boolean("email_verified"))
        .col(text_null("password_hash"))
        .col(boolean_null("password_one_time"))
        .col(text("state"))
        .col(text("stamp"))
        .col(big_integer("created_at"))
        .col(big_integer("revision"))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(text("id").primary_key())
        .col(binary_len("digest", 32))
        .col(text("subject"))
        .col(text("stamp"))
        .col(big_integer("auth_time"))
        .col(text("amr"))
        .col(binary_null("user_agent"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer("revision"))
        .to_owned()
}

fn consents() -> TableCreateStatement {
    Table::create()
        .table("consents")
        .col(text("subject"))
        .col(text("client"))
        .col(text("id"))
        .col(text("allowed"))
        .col(big_integer("created_at"))
        .col(big_integer("updated_at"))
        .col(big_integer("revision"))
        .primary_key(Index::create().col("subject").col("client"))
        .to_owned()
}
