//! A database of PostgreSQL.

use std::time::Duration;

use domain::Secret;
use sea_orm::{
    ConnectOptions, DatabaseConnection, DbErr, SqlxError, SqlxPostgresConnector,
    sqlx::postgres::PgConnectOptions,
};

use super::{Limits, OpenError, migrate};
use crate::{failure::driver, migrations::Progress};

/// A connection that was idle for so long is tried before it is used: the server may have restarted.
const STALE: Duration = Duration::from_secs(5);
/// A statement may take so many times as long as it may wait for a lock: whoever got the lock at last
/// has time left to use it.
const LONGER_THAN_A_LOCK: u32 = 2;

pub(super) fn accepts(url: &Secret) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme))
}

/// Opens, checks and migrates a database.
pub(super) async fn open(url: &Secret, limits: Limits) -> Result<DatabaseConnection, OpenError> {
    let parsed = url.expose().parse::<PgConnectOptions>();
    let server = parsed.map_err(|error| OpenError::Url(error.to_string()))?;
    let explain = |error| explain(&error, &server);
    let mut options = ConnectOptions::new(url.expose());
    options
        .max_connections(limits.connections)
        .acquire_timeout(limits.patience)
        .test_before_acquire_if_idle_for(STALE)
        .statement_timeout(LONGER_THAN_A_LOCK * limits.patience)
        .map_sqlx_postgres_opts(move |options| {
            options.options([("lock_timeout", limits.patience.as_millis())])
        })
        .set_application_name("portcullis")
        .record_stmt_in_spans(false)
        .sqlx_logging(false);
    let pool = SqlxPostgresConnector::connect(options).await.map_err(explain)?;
    match migrate(&pool).await.map_err(explain)? {
        Progress::Ahead { step } => Err(OpenError::Newer { database: name(&server), step }),
        _ => Ok(pool),
    }
}

fn explain(error: &DbErr, server: &PgConnectOptions) -> OpenError {
    match (driver(error), error) {
        (Some(SqlxError::Database(reported)), _) => {
            OpenError::Refused(name(server), reported.message().to_owned())
        }
        (Some(SqlxError::Io(_) | SqlxError::PoolTimedOut), _)
        | (_, DbErr::ConnectionAcquire(_)) => OpenError::Unreachable(place(server)),
        _ => OpenError::Refused(name(server), error.to_string()),
    }
}

fn name(server: &PgConnectOptions) -> String {
    format!("{} at {}", server.get_database().unwrap_or(server.get_username()), place(server))
}

fn place(server: &PgConnectOptions) -> String {
    format!("{}:{}", server.get_host(), server.get_port())
}
