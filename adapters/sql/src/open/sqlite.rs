//! A file of SQLite. One connection writes, some read.

use std::{
    fs::OpenOptions,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use domain::Secret;
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DbErr, SqlxError, SqlxSqliteConnector,
    sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous},
};

use super::{Limits, OpenError, migrate, options};
use crate::{
    failure::{code, driver},
    migrations::Progress,
};

/// How many pages the log has before they are moved into the database: fewer, longer pauses.
const CHECKPOINT_PAGES: &str = "4000";
/// A reader that nobody needs is closed after so long.
const IDLE: Duration = Duration::from_mins(5);
/// When a lock is tried again that SQLite itself does not wait for.
const RETRY: Duration = Duration::from_millis(50);

pub(super) fn accepts(url: &Secret) -> bool {
    url.expose().starts_with("sqlite:")
}

/// Opens, checks and migrates a file: the readers, and the one writer.
pub(super) async fn open(
    url: &Secret,
    limits: Limits,
) -> Result<(DatabaseConnection, DatabaseConnection), OpenError> {
    let path = path(url)?;
    make(&path)?;
    prepare(url, limits, &path).await
}

async fn prepare(
    url: &Secret,
    limits: Limits,
    path: &Path,
) -> Result<(DatabaseConnection, DatabaseConnection), OpenError> {
    let explain = |error| explain(&error, path);
    let writes = SqlxSqliteConnector::connect(writer(url, limits)).await.map_err(explain)?;
    if let Progress::Ahead { step } = migrate(&writes).await.map_err(explain)? {
        return Err(OpenError::Newer { database: path.display().to_string(), step });
    }
    match tokio::time::timeout(limits.patience, keep_a_log(&writes)).await {
        Ok(kept) => kept.map_err(explain)?,
        Err(_) => return Err(OpenError::Locked(path.display().to_string())),
    }
    let reads = SqlxSqliteConnector::connect(reader(url, limits)).await.map_err(explain)?;
    Ok((reads, writes))
}

/// The one connection that writes. What it has committed survives the loss of power.
fn writer(url: &Secret, limits: Limits) -> ConnectOptions {
    let mut options = options(url, Limits { connections: 1, ..limits });
    options.min_connections(1).idle_timeout(None).max_lifetime(None).map_sqlx_sqlite_opts(
        move |options| {
            options
                .busy_timeout(limits.patience)
                .synchronous(SqliteSynchronous::Full)
                .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        },
    );
    options
}

fn reader(url: &Secret, limits: Limits) -> ConnectOptions {
    let mut options = options(url, limits);
    options
        .connect_lazy(true)
        .idle_timeout(IDLE)
        .max_lifetime(None)
        .map_sqlx_sqlite_opts(move |options| options.read_only(true).busy_timeout(limits.patience));
    options
}

/// Switches to a write-ahead log, so that readers and the writer do not wait for each other. SQLite
/// does not wait for the lock this takes.
async fn keep_a_log(writes: &DatabaseConnection) -> Result<(), DbErr> {
    loop {
        match writes.execute_unprepared("PRAGMA journal_mode = WAL").await {
            Err(error) if is_locked(&error) => tokio::time::sleep(RETRY).await,
            switched => return switched.map(drop),
        }
    }
}

fn path(url: &Secret) -> Result<PathBuf, OpenError> {
    let parsed = url.expose().parse::<SqliteConnectOptions>();
    let options = parsed.map_err(|error| OpenError::Url(error.to_string()))?;
    if [":memory:", "mode=memory"].iter().any(|memory| url.expose().contains(memory)) {
        return Err(OpenError::Url("a database in memory would be lost".to_owned()));
    }
    Ok(options.get_filename().to_owned())
}

/// Makes an empty file that only its owner can read, unless it is there.
fn make(path: &Path) -> Result<(), OpenError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        return Err(OpenError::NoFolder(folder.to_owned()));
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(source) if source.kind() != ErrorKind::AlreadyExists => {
            Err(OpenError::NotCreated { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn explain(error: &DbErr, path: &Path) -> OpenError {
    let path = path.display().to_string();
    let message = match driver(error) {
        Some(SqlxError::Database(reported)) => reported.message().to_owned(),
        // A connection is made of nothing but reads, so only a lock can hold it up.
        Some(SqlxError::PoolTimedOut) => return OpenError::Locked(path),
        _ => error.to_string(),
    };
    match primary(error) {
        Some(BUSY | LOCKED) => OpenError::Locked(path),
        Some(CORRUPT) => OpenError::Damaged(path, message),
        Some(NOT_A_DATABASE) => OpenError::NotADatabase(path),
        _ => OpenError::Refused(path, message),
    }
}

fn is_locked(error: &DbErr) -> bool {
    matches!(primary(error), Some(BUSY | LOCKED))
}

// The primary result codes of SQLite; the lower byte of what it says.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const CORRUPT: u32 = 11;
const NOT_A_DATABASE: u32 = 26;

fn primary(error: &DbErr) -> Option<u32> {
    code(error)?.parse::<u32>().ok().map(|code| code & 0xff)
}
