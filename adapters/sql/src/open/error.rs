//! Why a database could not be opened, as sentences for the operator. None has the URL in it, which
//! may hold a password.

use std::{io, path::PathBuf};

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Neither SQLite nor PostgreSQL.
    #[error("the storage URL must begin with `sqlite:` or `postgres:`")]
    Scheme,
    /// The URL cannot be read.
    #[error("the storage URL cannot be read: {0}")]
    Url(String),
    /// The folder of the file is not there.
    #[error("the folder {} does not exist", .0.display())]
    NoFolder(PathBuf),
    /// The file cannot be made.
    #[error("the database {} cannot be created: {source}", path.display())]
    NotCreated {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Somebody else holds the lock for too long.
    #[error("the database {0} is locked by another program")]
    Locked(String),
    /// The file is something else.
    #[error("{0} is not a SQLite database")]
    NotADatabase(String),
    /// The file is not what it was.
    #[error("the database {0} is damaged: {1}")]
    Damaged(String, String),
    /// It has been migrated by a later version.
    #[error(
        "the database {database} was made by a newer version of this program: it has the step \
         {step}, which this version does not know"
    )]
    Newer {
        /// Which database.
        database: String,
        /// The step that is not known.
        step: String,
    },
    /// The server cannot be reached.
    #[error("the PostgreSQL server at {0} does not answer")]
    Unreachable(String),
    /// Anything else, in the words of the database.
    #[error("the database {0} cannot be opened: {1}")]
    Refused(String, String),
}
