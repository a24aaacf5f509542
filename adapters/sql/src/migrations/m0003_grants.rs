//! Tables of interactions, authorization codes and refresh families.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, binary_len, binary_null, text, text_null},
};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(interactions()).await?;
        manager.create_index(index("interactions", &["expires_at"])).await?;
        manager.create_table(authorization_codes()).await?;
        manager.create_index(index("authorization_codes", &["expires_at"])).await?;
        manager.create_table(refresh_families()).await?;
        manager.create_index(index("refresh_families", &["idle_expires_at"])).await
    }
}

fn interactions() -> TableCreateStatement {
    Table::create()
        .table("interactions")
        .col(text("id").primary_key())
        .col(binary_len("browser", 32))
        .col(text("purpose"))
        .col(text_null("request"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(text("state"))
        .col(text_null("subject"))
        .col(text_null("stamp"))
        .col(text_null("session"))
        .col(big_integer_null("answered_at"))
        .col(big_integer("revision"))
        .to_owned()
}

fn authorization_codes() -> TableCreateStatement {
    Table::create()
        .table("authorization_codes")
        .col(binary_len("digest", 32).primary_key())
        .col(text("grant_id"))
        .col(text("client"))
        .col(text("subject"))
        .col(text("approval"))
        .col(text("redirect_uri"))
        .col(text("pkce"))
        .col(binary_null("nonce"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("redeemed_at"))
        .col(big_integer("revision"))
        .to_owned()
}

fn refresh_families() -> TableCreateStatement {
    Table::create()
        .table("refresh_families")
        .col(text("grant_id").primary_key())
        .col(text("client"))
        .col(text("subject"))
        .col(text("approval"))
        .col(binary_len("salt", 16))
        .col(big_integer("generation"))
        .col(big_integer_null("rotated_at"))
        .col(big_integer("idle_expires_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("revoked_at"))
        .col(text_null("revoked_for"))
        .col(big_integer("revision"))
        .to_owned()
}
