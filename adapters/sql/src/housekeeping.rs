//! [`Housekeeping`]: each kind is purged by its own column, a few rows at a time.

use async_trait::async_trait;
use domain::{AuthorizationCode, Interaction, RefreshFamily, Session, SigningKey, Timestamp};
use ports::outbound::{Housekeeping, PurgeBefore, StoreError};
use sea_orm::{
    Condition, EntityTrait, Iterable, PrimaryKeyToColumn, StatementBuilder,
    sea_query::{DeleteStatement, Expr, ExprTrait, Query},
};

use crate::{Sql, changes, consents, revocations, table::Table, writer::Write};

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
            Some(withdrawn),
            Some(buried),
            expired::<AuthorizationCode>(horizon, limit),
            Some(older::<changes::Entity>(Condition::any(), changes::EXPIRY, others, limit)),
            expired::<Interaction>(horizon, limit),
            expired::<RefreshFamily>(horizon, limit),
            Some(older::<revocations::Entity>(
                consents::are_hidden(),
                revocations::EXPIRY,
                others,
                limit,
            )),
            expired::<Session>(horizon, limit),
            expired::<SigningKey>(horizon, limit),
        ];
        let mut purged = 0;
        for kind in kinds.into_iter().flatten() {
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

/// Deletes up to `limit` rows that a purge removes; nothing if they do not expire.
fn expired<T: Table>(before: PurgeBefore, limit: u32) -> Option<DeleteStatement> {
    let horizon = T::horizon(before);
    T::EXPIRY.map(|expiry| older::<T::Entity>(Condition::any(), expiry, horizon, limit))
}

/// Deletes up to `limit` rows that expired before `horizon`, unless they are `needed`. A row that is
/// prolonged meanwhile stays.
fn older<E: EntityTrait>(
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
