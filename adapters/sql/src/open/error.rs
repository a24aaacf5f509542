//! The reasons for which a database could not be opened, as sentences for the operator. None
//! contains the URL, which may hold a password.

use std::{io, path::PathBuf};

/// The reasons for which a database could not be opened.
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
    /// There is no file, and none is to be made.
    #[error("there is no database at {}", .0.display())]
    Missing(PathBuf),
    /// There is no file, but there was one.
    #[error(
        "there is no database at {}, but {} shows that there was one", database.display(),
        trace.display()
    )]
    Lost {
        /// The file.
        database: PathBuf,
        /// The path of a file that the database has left behind.
        trace: PathBuf,
    },
    /// Other people could read what is secret, or change what everybody relies on.
    #[error(
        "the database {path} can be read or written by other users of this machine (its mode is \
         {mode:o}): run `chmod 600 {path}`", path = path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// The file cannot be made.
    #[error("the database {} cannot be created: {source}", path.display())]
    NotCreated {
        /// The file.
        path: PathBuf,
        /// The error of the file system.
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
        /// The name of the database.
        database: String,
        /// The step that is not known.
        step: String,
    },
    /// The server cannot be reached.
    #[error("the PostgreSQL server at {0} does not answer")]
    Unreachable(String),
    /// Something in between shares the server's connections out among clients, statement by statement.
    #[error(
        "the database {0} is behind a pooler that gives a connection to somebody else after each \
         transaction, and statements are prepared on connections: connect to PostgreSQL itself, or \
         let the pooler keep a connection for each client (PgBouncer: `pool_mode = session`)"
    )]
    Pooler(String),
    /// Anything else, in the words of the database.
    #[error("the database {0} cannot be opened: {1}")]
    Refused(String, String),
}
