//! The disk under a SQLite file: whether the file is still in its place, whether there is space to
//! write, and the size of its write-ahead log.

pub(crate) mod holders;
pub(crate) mod log;
pub(crate) mod place;
pub(crate) mod room;

use std::path::{Path, PathBuf};

/// A file beside the database, named after it.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The suffix of the write-ahead log.
pub(crate) const LOG: &str = "-wal";
/// The suffix of the file that keeps space for the purge.
pub(crate) const RESERVE: &str = "-reserve";
