//! Append-only tables: revocations, changes and audit events.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, integer, text, text_null},
    sea_orm::DbBackend,
};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(revocations()).await?;
        manager.create_index(index("revocations", &["expires_at"])).await?;
        manager.create_index(index("revocations", &["at"])).await?;
        manager.create_table(changes()).await?;
        manager.create_index(index("changes", &["at"])).await?;
        manager.create_table(audit_events(manager.get_database_backend())).await
    }
}

fn revocations() -> TableCreateStatement {
    Table::create()
        .table("revocations")
        .col(text("kind"))
        .col(text("name"))
        .col(big_integer("expires_at"))
        .col(big_integer("at"))
        .primary_key(Index::create().col("kind").col("name"))
        .to_owned()
}

fn changes() -> TableCreateStatement {
    Table::create()
        .table("changes")
        .col(text("kind"))
        .col(text("name"))
        .col(big_integer("at"))
        .primary_key(Index::create().col("kind").col("name"))
        .to_owned()
}

fn audit_events(backend: DbBackend) -> TableCreateStatement {
    // SQLite numbers the rows of such a column by itself. Its AUTOINCREMENT would only add a write,
    // as no event is ever deleted.
    let id = match backend {
        DbBackend::Sqlite => integer("id").primary_key().to_owned(),
        _ => big_pk_auto("id"),
    };
    Table::create()
        .table("audit_events")
        .col(id)
        .col(big_integer("at"))
        .col(text("action"))
        .col(text("outcome"))
        .col(text_null("subject"))
        .col(text_null("client"))
        .col(text_null("grant_id"))
        .col(text_null("token"))
        .col(text_null("detail"))
        .col(text_null("address"))
        .col(text_null("trace"))
        .to_owned()
}
