//! [`Housekeeping`]: each kind is purged by its own column, a few rows at a time.

use async_trait::async_trait;
use domain::Timestamp;
use ports::outbound::{Housekeeping, PurgeBefore, StoreError};
use sea_orm::{
    Condition, EntityTrait, Iterable, PrimaryKeyToColumn, StatementBuilder,
    sea_query::{DeleteStatement, Expr, ExprTrait, Query},
};

use crate::{
    Sql, authorization_codes, changes, consents, interactions, refresh_families, revocations,
    sessions, signing_keys, writer::Write,
};

#[async_trait]
impl Housekeeping for Sql {
    async fn ping(&self) -> Result<(), StoreError> {
        self.probe_writing().await
    }

    async fn purge(&self, horizon: PurgeBefore, limit: u32) -> Result<u64, StoreError> {
        let PurgeBefore { others, .. } = horizon;
        let [withdrawn, buried] = consents::ended(limit);
        let kinds = [
            // Before the revocations that ended them.
            withdrawn,
            buried,
            expired::<authorization_codes::Entity>(authorization_codes::EXPIRY, others, limit),
            expired::<changes::Entity>(changes::EXPIRY, others, limit),
            expired::<interactions::Entity>(interactions::EXPIRY, horizon.interactions, limit),
            expired::<refresh_families::Entity>(refresh_families::EXPIRY, others, limit),
            expired_unless::<revocations::Entity>(
                consents::are_hidden(),
                revocations::EXPIRY,
                others,
                limit,
            ),
            expired::<sessions::Entity>(sessions::EXPIRY, others, limit),
            expired::<signing_keys::Entity>(signing_keys::EXPIRY, others, limit),
        ];
        let mut purged = 0;
        for kind in kinds {
            let statement = StatementBuilder::build(&kind, &self.backend());
            purged += self.write(Write::new(statement).freeing()).await?;
        }
        self.writer.tend().await?;
        Ok(purged)
    }

    /// A file of SQLite is whole afterwards: nothing of it is left in a log beside it.
    async fn close(&self) {
        self.reads.close().await;
        self.writer.close().await;
    }
}

/// Deletes up to `limit` rows that expired before `horizon`.
fn expired<E: EntityTrait>(expiry: E::Column, horizon: Timestamp, limit: u32) -> DeleteStatement {
    expired_unless::<E>(Condition::any(), expiry, horizon, limit)
}

/// The same, unless they are `needed`. What was prolonged while they were looked for stays.
fn expired_unless<E: EntityTrait>(
    needed: Condition,
    expiry: E::Column,
    horizon: Timestamp,
    limit: u32,
) -> DeleteStatement {
    let key = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let is_over = Expr::col(expiry).lt(horizon.as_unix());
    let some = Query::select()
        .columns(key())
        .from(E::default())
        .and_where(is_over.clone())
        .cond_where(needed.not())
        .limit(limit.into())
        .take();
    Query::delete()
        .from_table(E::default())
        .and_where(Expr::tuple(key().map(Expr::col)).in_subquery(some))
        .and_where(is_over)
        .take()
}
