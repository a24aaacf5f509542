//! What the drivers' errors mean.

use std::sync::Arc;

use ports::outbound::StoreError;
use sea_orm::{DbErr, RuntimeErr, SqlErr, SqlxError};

/// A broken promise (a unique key) is the caller's business; everything else is ours.
pub(crate) fn failed(error: DbErr) -> StoreError {
    if is_taken(&error) {
        return StoreError::Conflict;
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

/// Whether a value cannot be in the database at all, so nothing can be found by it: PostgreSQL has no
/// text with a NUL.
pub(crate) fn is_unheard_of(error: &DbErr) -> bool {
    code(error).as_deref() == Some("22021")
}

/// What the driver says it is: a result code of SQLite, an SQLSTATE of PostgreSQL.
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
