//! The write-ahead log of SQLite. It can be moved into the database only as far as no reader still
//! looks at an older state, so one long read lets it grow without limit.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{
    DbErr,
    sqlx::{Executor, Row, sqlite::SqliteConnection},
};
use tokio::time::Instant;

use super::{LOG, beside, holders::holders};
use crate::failure::reported;

/// A log of this size, in bytes, is one that cannot be moved: it is four times what is moved at once.
const LARGE: u64 = 64 << 20;
/// The time for which a warning is not repeated.
const QUIET: Duration = Duration::from_mins(1);

/// Watches the log of one database.
#[derive(Debug)]
pub(crate) struct Log {
    database: PathBuf,
    large: u64,
    held_since: Option<Instant>,
    said_at: Option<Instant>,
}

/// A log that somebody keeps from being moved into the database.
#[derive(Debug)]
pub(crate) struct Held {
    /// Its size in bytes.
    pub(crate) bytes: u64,
    /// For how long that has been known.
    pub(crate) since: Duration,
    /// The other programs that have the database open.
    pub(crate) by: Vec<String>,
}

impl Log {
    pub(crate) fn of(database: &Path) -> Self {
        Self { database: database.to_owned(), large: LARGE, held_since: None, said_at: None }
    }

    #[cfg(test)]
    pub(crate) fn large_from(self, large: u64) -> Self {
        Self { large, ..self }
    }

    /// Warns if somebody keeps the log from being moved, once a minute at most.
    pub(crate) async fn tend(&mut self, writes: &mut SqliteConnection) {
        match self.look(writes).await {
            Ok(Some(held)) if self.said_at.is_none_or(|at| at.elapsed() > QUIET) => {
                self.said_at = Some(Instant::now());
                held.warn(&self.database);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the write-ahead log cannot be looked after"),
        }
    }

    /// Whether the log is large and somebody keeps it from being moved.
    pub(crate) async fn look(
        &mut self,
        writes: &mut SqliteConnection,
    ) -> Result<Option<Held>, DbErr> {
        let log = beside(&self.database, LOG);
        let bytes = fs::metadata(log).map_or(0, |log| log.len());
        if bytes < self.large || is_moved(writes).await? {
            self.held_since = None;
            return Ok(None);
        }
        let since = self.held_since.get_or_insert_with(Instant::now).elapsed();
        let database = self.database.clone();
        let by = tokio::task::spawn_blocking(move || holders(&database)).await;
        Ok(Some(Held { bytes, since, by: by.unwrap_or_default() }))
    }
}

impl Held {
    fn warn(&self, database: &Path) {
        let by = match &self.by[..] {
            [] => "a process that cannot be seen from here".to_owned(),
            known => known.join(", "),
        };
        tracing::warn!(
            database = %database.display(),
            mebibytes = self.bytes >> 20,
            seconds = self.since.as_secs(),
            open_in = by,
            "the write-ahead log grows because another program has been reading the same state of \
             the database for long: end that read, or that program"
        );
    }
}

/// Moves as much of the log as nobody looks at, and says whether that was all.
async fn is_moved(writes: &mut SqliteConnection) -> Result<bool, DbErr> {
    let moved = writes.fetch_one("PRAGMA wal_checkpoint(PASSIVE)").await.map_err(reported)?;
    let frames = |column| moved.try_get::<i64, _>(column).map_err(reported);
    Ok(frames(1)? <= frames(2)?)
}
