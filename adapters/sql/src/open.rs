//! How a database is opened: found or made, checked, migrated.

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

/// What an open database may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections to PostgreSQL, or reading connections to SQLite.
    pub connections: u32,
    /// How long to wait for a lock, for a free connection, and for the answer to a ping. A server of
    /// PostgreSQL gives a statement up after twice as long.
    pub patience: Duration,
}

impl Limits {
    /// What suits a database of each kind.
    fn usual(url: &Secret) -> Self {
        let connections = if sqlite::accepts(url) { 4 } else { 16 };
        Self { connections, patience: Duration::from_secs(5) }
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
        Self::open_within(url, Limits::usual(url), clock).await
    }

    /// The same, within other limits than the usual.
    ///
    /// # Errors
    ///
    /// As [`Sql::open`].
    pub async fn open_within(
        url: &Secret,
        limits: Limits,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let (reads, writer) = if sqlite::accepts(url) {
            let (reads, writes) = sqlite::open(url, limits).await?;
            (Reads::File(Box::new(reads)), Writer::alone(writes))
        } else if postgres::accepts(url) {
            let pool = postgres::open(url, limits).await?;
            (Reads::Pool(pool.clone()), Writer::among_others(pool))
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
            last_beat: Arc::default(),
            passed_over: Arc::default(),
        })
    }
}

/// Where new rows start, far from where they do in a process that was started at another time.
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
