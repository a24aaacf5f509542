//! The expiry of a one-time password, and the interaction in which it was used.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, text_null},
    sea_orm::DbBackend,
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [big_integer_null("password_expires_at"), text_null("password_used_in")] {
            let alter = Table::alter().table("users").add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        // Nobody has written down when those that are there were made. Seven days from now is as long
        // as a new one gets, so nobody who was just given one is turned away; to count from their
        // first use would let those that are never used be good for ever.
        let now = match manager.get_database_backend() {
            DbBackend::Postgres => "CAST(EXTRACT(EPOCH FROM CURRENT_TIMESTAMP) AS BIGINT)",
            _ => "CAST(strftime('%s', 'now') AS INTEGER)",
        };
        let ends = format!(
            "UPDATE users SET password_expires_at = {now} + 604800 WHERE password_one_time = TRUE"
        );
        manager.get_connection().execute_unprepared(&ends).await?;
        Ok(())
    }
}
