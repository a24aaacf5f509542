//! An index by which the purge finds dynamically registered clients that never got a grant.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer_null, text_null},
};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [text_null("registered_from"), big_integer_null("first_granted_at")] {
            let alter = Table::alter().table("clients").add_column(column).to_owned();
            manager.alter_table(alter).await?;
        }
        // Whoever is known to have had a grant: by what there is of it, or by the audit record.
        let granted = "UPDATE clients SET first_granted_at = created_at WHERE origin = 'dynamic' AND (\
                       id IN (SELECT client FROM consents) OR \
                       id IN (SELECT client FROM refresh_families) OR \
                       id IN (SELECT client FROM audit_events WHERE client IS NOT NULL AND outcome = \
                       'success' AND action IN ('consent.decided', 'code.redeemed', 'token.issued')))";
        manager.get_connection().execute_unprepared(granted).await?;
        let columns = ["origin", "first_granted_at", "created_at"];
        manager.create_index(index("clients", &columns)).await
    }
}
