//! Changes and revocations are told in the order in which they become visible.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Numbers are not used twice, also when the rows that had them are gone.
const IN_FILE: &str = "CREATE TABLE news (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, \
    kind text NOT NULL, name text NOT NULL, expires_at bigint, at bigint NOT NULL)";
/// Every row says which transaction has written it.
const AT_SERVER: &str = "CREATE TABLE news (id bigserial PRIMARY KEY, \
    kind text NOT NULL, name text NOT NULL, expires_at bigint, at bigint NOT NULL, \
    xid bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let is_server = manager.get_database_backend() == DbBackend::Postgres;
        let table = if is_server { AT_SERVER } else { IN_FILE };
        manager.get_connection().execute_unprepared(table).await?;
        manager.create_index(index("news", &["at"])).await?;
        if is_server {
            manager.create_index(index("news", &["xid"])).await?;
        }
        manager.drop_table(Table::drop().table("changes").to_owned()).await?;
        let by_time = Index::drop().name("revocations_by_at").table("revocations").to_owned();
        manager.drop_index(by_time).await
    }
}
