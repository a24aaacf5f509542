//! Indexes by which the purge finds consents that were ended.

use sea_orm_migration::prelude::*;

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index("consents", &["id"])).await?;
        manager.create_index(index("consents", &["client"])).await
    }
}
