//! Classification of the errors of the drivers.

use std::{io::ErrorKind, sync::Arc};

use ports::outbound::{Outage, StoreError};
use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError, sqlx::postgres::PgDatabaseError};

/// The classes of SQLSTATE with which a server reports trouble: connections, resources, locks, its
/// operator and its disk. A statement that timed out is among the last.
const TROUBLES: [&str; 5] = ["08", "53", "55", "57", "58"];

/// The SQLSTATEs of a server that is shutting down, is starting, or is a read-only replica: a
/// statement that is answered with one of them was not carried out.
const GONE: [&str; 4] = ["57P01", "57P02", "57P03", "25006"];

// Primary result codes of SQLite: the lower byte of what it says.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READ_ONLY: u32 = 8;
const IO: u32 = 10;
pub(crate) const CORRUPT: u32 = 11;
const FULL: u32 = 13;
/// The SQLSTATE of a server whose disk is full.
const SERVER_FULL: &str = "53100";

/// A broken promise (a unique key) is the caller's business; everything else is ours.
pub(crate) fn failed(error: DbErr) -> StoreError {
    if is_taken(&error) {
        return StoreError::Conflict;
    }
    if is_full(&error) {
        return Outage::DiskFull.into();
    }
    StoreError::Unavailable(Box::new(error))
}

/// An error of the driver, as one of the layer above it.
pub(crate) fn reported(error: SqlxError) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

/// Whether something that must be unique was there before.
pub(crate) fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Whether there is no space left on the disk, here or at the server.
pub(crate) fn is_full(error: &DbErr) -> bool {
    let Some(SqlxError::Database(reported)) = driver(error) else { return false };
    match reported.try_downcast_ref::<PgDatabaseError>() {
        Some(server) => server.code() == SERVER_FULL,
        None => primary(error) == Some(FULL),
    }
}

/// Whether a value cannot be in the database at all, so nothing can be found by it: PostgreSQL has no
/// text with a NUL.
pub(crate) fn is_unheard_of(error: &DbErr) -> bool {
    code(error).as_deref() == Some("22021")
}

/// Whether it is the database that is in trouble, and not one statement that it refuses: the next one
/// would wait as long, to fare no better.
pub(crate) fn is_everybodys(error: &DbErr) -> bool {
    match driver(error) {
        Some(SqlxError::Encode(_)) => false,
        Some(SqlxError::Database(reported)) => match reported.try_downcast_ref() {
            Some(server) => is_trouble(server),
            None => {
                is_locked(error) || matches!(primary(error), Some(READ_ONLY | IO | CORRUPT | FULL))
            }
        },
        _ => true,
    }
}

fn is_trouble(server: &PgDatabaseError) -> bool {
    TROUBLES.iter().any(|class| server.code().starts_with(class))
}

/// Whether a server, or the way to it, has gone away. A server that may only be read has handed over to
/// another, and is gone for whoever writes.
pub(crate) fn is_lost(error: &DbErr) -> bool {
    never_ran(error) || matches!(driver(error), Some(SqlxError::Io(_)))
}

/// Whether a statement by itself has certainly not been carried out, and would be on another connection:
/// there was none to send it on, it could not be sent, or the server says so.
pub(crate) fn never_ran(error: &DbErr) -> bool {
    match driver(error) {
        Some(SqlxError::Database(reported)) => reported
            .try_downcast_ref::<PgDatabaseError>()
            .is_some_and(|server| GONE.contains(&server.code())),
        Some(SqlxError::Io(failed)) => {
            matches!(error, DbErr::Conn(_)) || failed.kind() == ErrorKind::BrokenPipe
        }
        _ => false,
    }
}

/// Whether another program holds the lock of a file.
pub(crate) fn is_locked(error: &DbErr) -> bool {
    matches!(primary(error), Some(BUSY | LOCKED))
}

/// The primary result code of SQLite.
pub(crate) fn primary(error: &DbErr) -> Option<u32> {
    code(error)?.parse::<u32>().ok().map(|code| code & 0xff)
}

/// Reads the code of an error: a result code of SQLite, or an SQLSTATE of PostgreSQL.
pub(crate) fn code(error: &DbErr) -> Option<String> {
    match driver(error)? {
        SqlxError::Database(reported) => reported.code().map(Into::into),
        _ => None,
    }
}

/// The error of the driver, if it is one.
pub(crate) fn driver(error: &DbErr) -> Option<&SqlxError> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(driver))
        | DbErr::Exec(RuntimeErr::SqlxError(driver))
        | DbErr::Query(RuntimeErr::SqlxError(driver)) => Some(driver.as_ref()),
        _ => None,
    }
}
