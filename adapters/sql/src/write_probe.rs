//! Whether everything can still be read and written: a disk may be full or bad, a server may have
//! become a standby, and the writer may have stopped, while other things go on.

use domain::Timestamp;
use ports::outbound::{Outage, StoreError};
use sea_orm::{
    DbBackend, Statement, StatementBuilder,
    sea_query::{Expr, ExprTrait, OnConflict, Query},
};
use tokio::time::timeout;

use crate::{Sql, failure::failed};

/// The state of the database at the last probe.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WriteProbe {
    at: Timestamp,
    found: Result<(), Option<Outage>>,
}

/// The tables that are needed to answer anybody.
const TABLES: [&str; 8] = [
    "users",
    "clients",
    "signing_keys",
    "sessions",
    "consents",
    "authorization_codes",
    "refresh_families",
    "revocations",
];

/// A write that does no harm. It counts, as SQLite would not write what is there already.
pub(crate) fn statement(backend: DbBackend) -> Statement {
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

/// Reads a row of every table, through the same connections as everything else.
fn look(backend: DbBackend) -> Statement {
    let one =
        |table| format!("SELECT count(*) AS rows FROM (SELECT * FROM {table} LIMIT 1) AS {table}");
    Statement::from_string(backend, TABLES.map(one).join(" UNION ALL "))
}

impl Sql {
    /// Finds out, and does not wait for ever: a server that was cut off sends nothing, not even an
    /// error.
    pub(crate) async fn probe_writing(&self) -> Result<(), StoreError> {
        match timeout(self.patience, self.probe()).await {
            Ok(probed) => probed,
            Err(_) => Err(StoreError::Unavailable("it does not answer".into())),
        }
    }

    /// Writes and reads, unless that was done within this second: anybody may ask, and nobody shall
    /// wear out a disk by asking. Those who ask at once wait for the one of them that writes.
    async fn probe(&self) -> Result<(), StoreError> {
        let mut pulse = self.pulse.lock().await;
        let at = self.clock.now();
        match pulse.filter(|last| last.at == at) {
            Some(WriteProbe { found: Ok(()), .. }) => Ok(()),
            Some(WriteProbe { found: Err(Some(outage)), .. }) => Err(outage.into()),
            Some(WriteProbe { found: Err(None), .. }) => {
                Err(StoreError::Unavailable("it failed a moment ago".into()))
            }
            None => {
                let found = self.write_and_read().await;
                let told = found.as_ref().map_err(|error| match error {
                    StoreError::OutOfOrder(outage) => Some(*outage),
                    _ => None,
                });
                *pulse = Some(WriteProbe { at, found: told.copied() });
                found
            }
        }
    }

    async fn write_and_read(&self) -> Result<(), StoreError> {
        self.writer.probe().await?;
        self.reads.rows(look(self.backend())).await.map_err(failed)?;
        Ok(())
    }
}
