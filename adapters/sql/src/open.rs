//! Opening a database: it is found or made, checked, and migrated.

mod error;
mod postgres;
mod sqlite;

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use domain::Secret;
use ports::outbound::Clock;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

pub use self::error::OpenError;
use crate::{
    Sql,
    migrations::{Migrator, Progress, progress},
    reads::Reads,
    writer::Writer,
};

/// Held by whoever migrates a database of PostgreSQL. The number is this program's own. A migration
/// takes as long as it takes, and so do the others wait for it.
pub(crate) const LOCK: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
                    SELECT pg_advisory_xact_lock(1886351988)";

/// The resources that an open database may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The number of connections to PostgreSQL, or of reading connections to SQLite.
    pub connections: u32,
    /// The longest time to wait for a lock, for a free connection, and for the response to a ping.
    /// A PostgreSQL server aborts a statement after twice that time.
    pub patience: Duration,
    /// The number of bytes of the disk that are reserved beside a SQLite file, so that expired rows
    /// can still be removed from it when the disk is full. Zero for a process that does not serve.
    pub reserve: u64,
}

/// The behaviour if there is no database at the URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfMissing {
    /// One is made.
    Make,
    /// One is made, unless files beside it show that there was one before.
    MakeTheFirst,
    /// None is made.
    Refuse,
}

impl Limits {
    /// Returns the limits that suit the kind of database.
    #[must_use]
    pub fn usual(url: &Secret) -> Self {
        let connections = if sqlite::accepts(url) { 4 } else { 16 };
        Self { connections, patience: Duration::from_secs(5), reserve: 0 }
    }
}

impl Sql {
    /// Opens the database behind a `sqlite:` or `postgres:` URL, and brings it up to date. A file of
    /// SQLite is made if it is not there; its folder is not.
    ///
    /// # Errors
    ///
    /// An [`OpenError`] that is a sentence for the operator.
    pub async fn open(url: &Secret, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        Self::open_within(url, Limits::usual(url), IfMissing::Make, clock).await
    }

    /// The same, within other limits than the usual, and perhaps only if the file is there. A database
    /// of PostgreSQL must be there in any case.
    ///
    /// # Errors
    ///
    /// As [`Sql::open`].
    pub async fn open_within(
        url: &Secret,
        limits: Limits,
        if_missing: IfMissing,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let (reads, writer) = if sqlite::accepts(url) {
            let (reads, file) = sqlite::open(url, limits, if_missing).await?;
            (Reads::File(Box::new(reads)), Writer::alone(file))
        } else if postgres::accepts(url) {
            let server = postgres::open(url, limits).await?;
            (Reads::Server(server.clone()), Writer::among_others(server))
        } else {
            return Err(OpenError::Scheme);
        };
        let births = Arc::new(AtomicU64::new(first_birth(&*clock)));
        Ok(Self {
            reads: Arc::new(reads),
            writer,
            births,
            clock,
            patience: limits.patience,
            pulse: Arc::default(),
            passed_over: Arc::default(),
        })
    }
}

/// Computes the first revision of new rows, far from that of a process that was started at another
/// time.
fn first_birth(clock: &dyn Clock) -> u64 {
    u64::try_from(clock.now().as_unix()).unwrap_or(0) << 30
}

/// Brings a database up to date, unless it is ahead. Of several processes that start at once, one
/// does it, and the others wait for it.
async fn migrate(connection: &DatabaseConnection) -> Result<Progress, DbErr> {
    match progress(connection).await? {
        Progress::Behind => {}
        reached => return Ok(reached),
    }
    let transaction = begin(connection).await?;
    let reached = match progress(&transaction).await? {
        Progress::Behind => {
            Migrator::up(&transaction, None).await?;
            Progress::Current
        }
        reached => reached,
    };
    transaction.commit().await?;
    Ok(reached)
}

/// Begins what only one may do at a time.
async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
    let transaction = connection.begin_with_options(options).await?;
    if connection.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(LOCK).await?;
    }
    Ok(transaction)
}
