//! An interaction is one document beside what it is found and forgotten by. Those under way are carried
//! over.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, text},
    sea_orm::DbBackend,
};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

const BEFORE: &str = "former_interactions";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let rename = Table::rename().table("interactions", BEFORE).to_owned();
        manager.rename_table(rename).await?;
        let table = Table::create()
            .table("interactions")
            .col(text("id").primary_key())
            .col(text("document"))
            .col(big_integer("expires_at"))
            .col(big_integer("revision"))
            .to_owned();
        manager.create_table(table).await?;
        let carry_over = match manager.get_database_backend() {
            DbBackend::Postgres => POSTGRES,
            _ => SQLITE,
        };
        manager.get_connection().execute_unprepared(carry_over).await?;
        manager.drop_table(Table::drop().table(BEFORE).to_owned()).await?;
        manager.create_index(index("interactions", &["expires_at"])).await
    }
}

/// The columns that an interaction needs in each state, as a document; its other columns were
/// empty.
const SQLITE: &str = "\
    INSERT INTO interactions (id, document, expires_at, revision) \
    SELECT id, json_object('version', 1, 'browser', lower(hex(browser)), 'created_at', created_at, \
        'request', json(request), 'state', json(CASE state \
            WHEN 'choosing_password' THEN \
                json_object('name', state, 'subject', subject, 'stamp', stamp) \
            WHEN 'deciding' THEN json_object('name', state, 'session', session) \
            ELSE json_object('name', state, 'at', answered_at, 'session', session, 'answer', json( \
                CASE answer \
                    WHEN 'granted' THEN \
                        json_object('name', answer, 'decided', decided, 'scope', granted) \
                    ELSE json_object('name', answer) END)) END)), \
        expires_at, revision \
    FROM former_interactions";

const POSTGRES: &str = "\
    INSERT INTO interactions (id, document, expires_at, revision) \
    SELECT id, json_build_object('version', 1, 'browser', encode(browser, 'hex'), \
        'created_at', created_at, 'request', request::json, 'state', CASE state \
            WHEN 'choosing_password' THEN \
                json_build_object('name', state, 'subject', subject, 'stamp', stamp) \
            WHEN 'deciding' THEN json_build_object('name', state, 'session', session) \
            ELSE json_build_object('name', state, 'at', answered_at, 'session', session, 'answer', \
                CASE answer \
                    WHEN 'granted' THEN \
                        json_build_object('name', answer, 'decided', decided, 'scope', granted) \
                    ELSE json_build_object('name', answer) END) END)::text, \
        expires_at, revision \
    FROM former_interactions";
