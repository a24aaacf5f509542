//! The last time a client got tokens for itself, and an index by which old events of
//! unauthenticated callers are found: both bound the rows that such callers can cause.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

use super::index;

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

/// Clients that had nothing but tokens for themselves, as far as is known: no person vouches for them.
const UNMARK: &str = "UPDATE clients SET first_granted_at = NULL, last_used_at = (\
                      SELECT MAX(at) FROM audit_events WHERE client = clients.id AND action = \
                      'token.issued') WHERE origin = 'dynamic' AND first_granted_at IS NOT NULL AND \
                      id IN (SELECT client FROM audit_events WHERE client IS NOT NULL AND \
                      action = 'token.issued') AND \
                      id NOT IN (SELECT client FROM consents) AND \
                      id NOT IN (SELECT client FROM refresh_families) AND \
                      id NOT IN (SELECT client FROM audit_events WHERE client IS NOT NULL AND outcome \
                      = 'success' AND action IN ('consent.decided', 'code.redeemed'))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let used =
            Table::alter().table("clients").add_column(big_integer_null("last_used_at")).to_owned();
        manager.alter_table(used).await?;
        manager.get_connection().execute_unprepared(UNMARK).await?;
        let refusals = Index::drop().name("audit_events_by_at").table("audit_events").to_owned();
        manager.drop_index(refusals).await?;
        // Partial, so that other events are not written twice.
        let mut strangers = index("audit_events", &["at"]);
        strangers.and_where(Expr::col("actor").is_in(["anonymous", "self_registered"]));
        manager.create_index(strangers).await
    }
}
