//! A server of PostgreSQL, which may be restarted, or hand over to another, while it is used. Whatever
//! was certainly not carried out for want of a connection is tried again on another.

mod connections;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sea_orm::{
    DbErr, QueryResult, Statement, Values,
    sqlx::{AssertSqlSafe, Executor, Postgres, query::Query, query_with},
};
use sea_query_sqlx::SqlxValues;
use tokio::time::{Instant, sleep};

pub(crate) use self::connections::{Connections, STALE};
use crate::failure::{is_lost, never_ran, reported};

/// The number of attempts in all. A server that is shutting down may still accept connections that
/// it closes at once.
const ATTEMPTS: u32 = 5;
/// The pause before another attempt, to be multiplied by the number of those before.
const PAUSE: Duration = Duration::from_millis(50);

/// The connections to one server.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    pub(crate) connections: Connections,
    incidents: Incidents,
}

/// The time at which a connection was last lost. All older connections are suspect: they may lead
/// to a server that is gone or is read-only now.
#[derive(Clone, Debug, Default)]
pub(crate) struct Incidents(Arc<Mutex<Option<Instant>>>);

impl Incidents {
    /// Whether a connection of this age is older than the last incident.
    pub(crate) fn outlived_by(&self, age: Duration) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|at| at.elapsed() < age)
    }

    fn happen(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

/// The cause of a failure, with what is known about its effect.
pub(crate) enum Interrupted {
    /// Nothing of it can have been kept.
    Before(DbErr),
    /// It may have been carried out, or refused.
    Perhaps(DbErr),
}

impl Interrupted {
    /// The outcome of a statement that has no effect if its connection is lost.
    pub(crate) fn without_effect(error: DbErr) -> Self {
        if is_lost(&error) { Self::Before(error) } else { Self::Perhaps(error) }
    }
}

impl From<DbErr> for Interrupted {
    /// The outcome of a statement outside a transaction.
    fn from(error: DbErr) -> Self {
        if never_ran(&error) { Self::Before(error) } else { Self::Perhaps(error) }
    }
}

impl Server {
    pub(crate) fn new(connections: Connections, incidents: Incidents) -> Self {
        Self { connections, incidents }
    }

    /// Every row of what a statement asks for, which changes nothing: it may be asked for again.
    pub(crate) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut attempts = self.attempts();
        loop {
            match self.try_rows(statement.clone()).await {
                Ok(rows) => return Ok(rows),
                Err(error) => attempts.after(Interrupted::without_effect(error)).await?,
            }
        }
    }

    async fn try_rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut lease = self.connections.lease().await?;
        let rows = lease.fetch_all(prepared(statement)).await.map_err(reported);
        let rows = lease.after(rows)?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Before the first attempt at something.
    pub(crate) fn attempts(&self) -> Attempts<'_> {
        Attempts { incidents: &self.incidents, made: 0 }
    }
}

/// A statement as the driver takes it.
pub(crate) fn prepared(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
    query_with(AssertSqlSafe(statement.sql), SqlxValues(values))
}

/// The number of attempts so far.
pub(crate) struct Attempts<'s> {
    incidents: &'s Incidents,
    made: u32,
}

impl Attempts<'_> {
    /// Returns when another attempt is to be made after one that was `interrupted`.
    ///
    /// # Errors
    ///
    /// Why the last attempt failed, if there is to be no other.
    pub(crate) async fn after(&mut self, interrupted: Interrupted) -> Result<(), DbErr> {
        let (Interrupted::Before(error) | Interrupted::Perhaps(error)) = &interrupted;
        if is_lost(error) {
            self.incidents.happen();
        }
        self.made += 1;
        match interrupted {
            Interrupted::Before(error) if self.made < ATTEMPTS => {
                tracing::debug!(%error, "a connection was lost; another one is used");
                sleep(self.made * PAUSE).await;
                Ok(())
            }
            Interrupted::Before(error) | Interrupted::Perhaps(error) => Err(error),
        }
    }
}
