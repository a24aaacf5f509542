//! A database of PostgreSQL.

use domain::Secret;
use sea_orm::{
    ConnectOptions, DatabaseConnection, DbErr, SqlxError, SqlxPostgresConnector,
    sqlx::{
        AssertSqlSafe, ConnectOptions as _, Connection, Executor, Row,
        postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    },
};

use super::{Limits, OpenError, migrate};
use crate::{
    failure::{code, driver, reported},
    migrations::Progress,
    server::{Connections, Incidents, STALE, Server},
};

/// A statement may take so many times as long as it may wait for a lock: whoever got the lock at last
/// has time left to use it.
const LONGER_THAN_A_LOCK: u32 = 2;

/// The SQLSTATEs of a prepared statement that does not exist, or exists already, because it belongs
/// to another connection.
const UNPREPARED: [&str; 2] = ["26000", "42P05"];

pub(super) fn accepts(url: &Secret) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme))
}

/// Opens, checks and migrates a database.
pub(super) async fn open(url: &Secret, limits: Limits) -> Result<Server, OpenError> {
    let parsed = url.expose().parse::<PgConnectOptions>();
    let server = parsed.map_err(|error| OpenError::Url(error.to_string()))?;
    let explain = |error| explain(&error, &server);
    let incidents = Incidents::default();
    let watched = incidents.clone();
    let mut options = ConnectOptions::new(url.expose());
    options
        .max_connections(limits.connections)
        .acquire_timeout(limits.patience)
        .test_before_acquire(false)
        .map_sqlx_postgres_opts(without_oddities)
        .map_sqlx_postgres_pool_opts(move |pool| careful(pool, limits, watched.clone()))
        .set_application_name("portcullis")
        .record_stmt_in_spans(false)
        .sqlx_logging(false);
    let pool = SqlxPostgresConnector::connect(options).await.map_err(explain)?;
    if is_shared(&without_oddities(server.clone())).await.map_err(explain)? {
        return Err(OpenError::Pooler(name(&server)));
    }
    match migrate(&pool).await.map_err(explain)? {
        Progress::Ahead { step } => Err(OpenError::Newer { database: name(&server), step }),
        _ => Ok(Server::new(kept(&pool, incidents.clone(), limits), incidents)),
    }
}

fn kept(pool: &DatabaseConnection, incidents: Incidents, limits: Limits) -> Connections {
    let pool = pool.get_postgres_connection_pool().clone();
    Connections::new(pool, incidents, limits.connections, limits.patience)
}

/// Poolers refuse this startup parameter, and there is no number with a fraction anywhere.
fn without_oddities(options: PgConnectOptions) -> PgConnectOptions {
    options.extra_float_digits(None)
}

/// Every connection has its timeouts. One that was idle for long is tried before it is used, and one
/// that is older than the last loss of another is given up. The timeouts are set by statements, as
/// poolers refuse the startup parameter for them.
fn careful(pool: PgPoolOptions, limits: Limits, incidents: Incidents) -> PgPoolOptions {
    let (lock, statement) = (limits.patience, LONGER_THAN_A_LOCK * limits.patience);
    let timeouts = format!(
        "SET lock_timeout = {}; SET statement_timeout = {}",
        lock.as_millis(),
        statement.as_millis()
    );
    pool.after_connect(move |connection, _| {
        let timeouts = AssertSqlSafe(timeouts.clone());
        Box::pin(async move { connection.execute(timeouts).await.map(drop) })
    })
    .before_acquire(move |connection, is| {
        let suspect = incidents.outlived_by(is.age);
        Box::pin(async move {
            if !suspect && is.idle_for >= STALE {
                connection.ping().await?;
            }
            Ok(!suspect)
        })
    })
}

/// Whether something in between lets several connections share one of the server's, so that what one
/// of them has prepared and set is not there any more with the next statement.
async fn is_shared(server: &PgConnectOptions) -> Result<bool, DbErr> {
    let connect = async || server.connect().await.map_err(reported);
    let (mut one, mut other) = (connect().await?, connect().await?);
    let shared = backend(&mut one).await? == backend(&mut other).await?;
    for connection in [one, other] {
        drop(connection.close().await);
    }
    Ok(shared)
}

/// Reads the process of the server that serves a connection.
async fn backend(connection: &mut PgConnection) -> Result<i32, DbErr> {
    // As plain text: what is prepared might be lost on the way.
    let row = connection.fetch_one("SELECT pg_backend_pid()").await.map_err(reported)?;
    row.try_get(0).map_err(reported)
}

fn explain(error: &DbErr, server: &PgConnectOptions) -> OpenError {
    if code(error).is_some_and(|code| UNPREPARED.contains(&&*code)) {
        return OpenError::Pooler(name(server));
    }
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
