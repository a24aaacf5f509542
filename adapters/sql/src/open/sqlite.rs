//! A file of SQLite. One connection writes, some read.

use std::{
    fs::OpenOptions,
    io::ErrorKind,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
    time::Duration,
};

use domain::Secret;
use sea_orm::{
    DatabaseConnection, DbErr, SqlxError,
    sqlx::{
        ConnectOptions, Executor,
        sqlite::{
            SqliteAutoVacuum, SqliteConnectOptions, SqliteConnection, SqlitePoolOptions,
            SqliteSynchronous,
        },
    },
};

use super::{IfMissing, Limits, OpenError, migrate};
use crate::{
    disk::{self, log::Log, place::Place, room::Room},
    failure::{CORRUPT, driver, is_locked, primary, reported},
    migrations::Progress,
    reads::Readers,
    writer::File,
};

/// The number of pages in the write-ahead log before they are moved into the database: the more,
/// the rarer and longer the pauses.
const CHECKPOINT_PAGES: &str = "4000";
/// The bytes of the log that stay allocated on the disk after a checkpoint: twice what one
/// checkpoint moves, so that only the growth from a long read is given back.
const LOG_KEPT: &str = "33554432";
/// The number of prepared statements that a connection keeps.
const STATEMENTS: usize = 256;
/// The pause before another attempt to get a lock that SQLite itself does not wait for.
const RETRY: Duration = Duration::from_millis(50);

pub(super) fn accepts(url: &Secret) -> bool {
    url.expose().starts_with("sqlite:")
}

/// Opens, checks and migrates a file: the readers, and the one connection that writes.
pub(super) async fn open(
    url: &Secret,
    limits: Limits,
    if_missing: IfMissing,
) -> Result<(Readers, File), OpenError> {
    let options = options(url, limits)?;
    let path = options.get_filename().to_owned();
    find_or_make(&path, if_missing)?;
    let room = Room::open(&path, limits.reserve);
    let explain = |error| explain(&error, &path);
    let first = beginning(&options, &path);
    if let Progress::Ahead { step } = prepare(first).await.map_err(explain)? {
        return Err(OpenError::Newer { database: path.display().to_string(), step });
    }
    let mut writes = options.connect().await.map_err(reported).map_err(explain)?;
    match tokio::time::timeout(limits.patience, keep_a_log(&mut writes)).await {
        Ok(kept) => kept.map_err(explain)?,
        Err(_) => return Err(OpenError::Locked(path.display().to_string())),
    }
    prove_writable(&mut writes).await.map_err(explain)?;
    let place =
        Place::of(&path).map_err(|source| OpenError::NotCreated { path: path.clone(), source })?;
    let readers = Readers::new(options.read_only(true), place.clone(), limits.connections);
    Ok((readers, File { connection: writes, place, room, log: Log::of(&path) }))
}

/// The options of every connection. A transaction that the writer has committed survives a loss of
/// power.
fn options(url: &Secret, limits: Limits) -> Result<SqliteConnectOptions, OpenError> {
    if [":memory:", "mode=memory"].iter().any(|memory| url.expose().contains(memory)) {
        return Err(OpenError::Url("a database in memory would be lost".to_owned()));
    }
    let parsed = url.expose().parse::<SqliteConnectOptions>();
    let options = parsed.map_err(|error| OpenError::Url(error.to_string()))?;
    Ok(options
        .busy_timeout(limits.patience)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        .pragma("journal_size_limit", LOG_KEPT)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging())
}

/// The further options of the connection that makes the first table: the space of deleted rows can
/// be given back to the disk. That can be decided only as long as a file is empty.
fn beginning(options: &SqliteConnectOptions, path: &Path) -> SqliteConnectOptions {
    if path.metadata().is_ok_and(|file| file.len() == 0) {
        return options.clone().auto_vacuum(SqliteAutoVacuum::Incremental);
    }
    options.clone()
}

/// Migrates the file, over a connection that is closed again.
async fn prepare(options: SqliteConnectOptions) -> Result<Progress, DbErr> {
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = DatabaseConnection::from(pool.connect_lazy_with(options));
    let progress = migrate(&pool).await;
    pool.close().await?;
    progress
}

/// Switches to a write-ahead log, so that readers and the writer do not wait for each other. SQLite
/// does not wait for the lock this takes.
async fn keep_a_log(writes: &mut SqliteConnection) -> Result<(), DbErr> {
    loop {
        match writes.execute("PRAGMA journal_mode = WAL").await.map_err(reported) {
            Err(error) if is_locked(&error) => tokio::time::sleep(RETRY).await,
            switched => return switched.map(drop),
        }
    }
}

/// Finds out now, and not with the first request, that the file is locked or not ours to write.
async fn prove_writable(writes: &mut SqliteConnection) -> Result<(), DbErr> {
    for command in ["BEGIN IMMEDIATE", "ROLLBACK"] {
        writes.execute(command).await.map_err(reported)?;
    }
    Ok(())
}

/// The suffixes of files that may be left of a database that is gone.
const TRACES: [&str; 2] = [disk::LOG, disk::RESERVE];
/// The permissions that no other user may have on a database file. Those of its group are the
/// operator's choice: container platforms open volumes to a group of their own.
const OTHERS: u32 = 0o007;

/// Sees to it that there is a file that strangers cannot read.
fn find_or_make(path: &Path, if_missing: IfMissing) -> Result<(), OpenError> {
    match path.metadata() {
        Ok(found) if found.is_file() && found.mode() & OTHERS != 0 => {
            return Err(OpenError::Exposed { path: path.to_owned(), mode: found.mode() & 0o7777 });
        }
        Ok(_) => return Ok(()),
        Err(_) => {}
    }
    let traces = TRACES.map(|suffix| disk::beside(path, suffix));
    match (if_missing, traces.into_iter().find(|trace| trace.exists())) {
        (IfMissing::Refuse, _) => Err(OpenError::Missing(path.to_owned())),
        (IfMissing::MakeTheFirst, Some(trace)) => {
            Err(OpenError::Lost { database: path.to_owned(), trace })
        }
        _ => make(path),
    }
}

/// Makes an empty file that only its owner can read, unless somebody else just has.
fn make(path: &Path) -> Result<(), OpenError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        return Err(OpenError::NoFolder(folder.to_owned()));
    }
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
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
        _ => error.to_string(),
    };
    match primary(error) {
        _ if is_locked(error) => OpenError::Locked(path),
        Some(CORRUPT) => OpenError::Damaged(path, message),
        Some(NOT_A_DATABASE) => OpenError::NotADatabase(path),
        _ => OpenError::Refused(path, message),
    }
}

// Primary result codes of SQLite.
const NOT_A_DATABASE: u32 = 26;
