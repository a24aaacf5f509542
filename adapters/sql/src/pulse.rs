//! Whether anything can still be written: a disk may be full, a server may have become a standby, and
//! the writer may have stopped, while everything can still be read.

use ports::outbound::StoreError;
use sea_orm::{
    DbBackend, Statement, StatementBuilder,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use tokio::time::timeout;

use crate::Sql;

/// A write that does no harm. It counts, as SQLite would not write what is there already.
pub(crate) fn beat(backend: DbBackend) -> Statement {
    let count = Expr::col(("pulse", "beats")).add(1);
    let again = OnConflict::column("id").value("beats", count).to_owned();
    let first = Query::insert()
        .into_table("pulse")
        .columns(["id", "beats"])
        .values_panic([1.into(), 1.into()])
        .on_conflict(again)
        .take();
    StatementBuilder::build(&first, &backend)
}

impl Sql {
    /// Finds out, and does not wait for ever: a server that was cut off sends nothing, not even an
    /// error.
    pub(crate) async fn feel_pulse(&self) -> Result<(), StoreError> {
        match timeout(self.patience, self.beat()).await {
            Ok(beaten) => beaten,
            Err(_) => Err(StoreError::Unavailable("it does not answer".into())),
        }
    }

    /// Writes, unless that went well within this second: anybody may ask, and nobody shall wear out
    /// a disk by asking. Those who ask at once wait for the one of them that writes.
    async fn beat(&self) -> Result<(), StoreError> {
        let mut last = self.last_beat.lock().await;
        let now = self.clock.now();
        if *last != Some(now) {
            self.writer.beat().await?;
            *last = Some(now);
        }
        Ok(())
    }
}
