//! Reading, from a pool of connections.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::{
    DbBackend, DbErr, EntityTrait, FromQueryResult, QueryResult, QueryTrait, Select, Statement,
    Values,
    sqlx::{
        AssertSqlSafe, ConnectOptions, Connection, Executor,
        sqlite::{SqliteConnectOptions, SqliteConnection},
    },
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Semaphore;

use crate::{disk::place::Place, failure::reported, server::Server};

/// The source of rows.
pub(crate) enum Reads {
    /// A file of SQLite.
    File(Box<Readers>),
    /// A server.
    Server(Server),
}

impl Reads {
    pub(crate) fn backend(&self) -> DbBackend {
        match self {
            Self::File(_) => DbBackend::Sqlite,
            Self::Server(_) => DbBackend::Postgres,
        }
    }

    /// Lets go of every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::File(readers) => readers.close().await,
            Self::Server(server) => server.connections.close().await,
        }
    }

    /// Every row that is selected.
    pub(crate) async fn all<E: EntityTrait>(
        &self,
        select: Select<E>,
    ) -> Result<Vec<E::Model>, DbErr> {
        let rows = self.rows(select.build(self.backend())).await?;
        rows.iter().map(|row| E::Model::from_query_result(row, "")).collect()
    }

    /// Every row of what a statement asks for, which changes nothing.
    pub(crate) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::File(readers) => readers.query(statement).await,
            Self::Server(server) => server.rows(statement).await,
        }
    }

    /// The one row that is selected, if it is there.
    pub(crate) async fn one<E: EntityTrait>(
        &self,
        select: Select<E>,
    ) -> Result<Option<E::Model>, DbErr> {
        Ok(self.all(select).await?.pop())
    }
}

/// A few connections that read a file. The pool of the driver would make two trips to another thread
/// for each query; this makes one.
pub(crate) struct Readers {
    options: SqliteConnectOptions,
    place: Place,
    places: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// Nothing is opened before it is needed.
    pub(crate) fn new(options: SqliteConnectOptions, place: Place, most: u32) -> Self {
        let places = usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS);
        Self { options, place, places: Semaphore::new(places), idle: Mutex::default() }
    }

    async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle());
        for reader in idle {
            drop(reader.close().await);
        }
    }

    async fn query(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let _place = self.places.acquire().await.expect("the places are never closed");
        let idle = self.idle().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => self.connect().await?,
        };
        let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
        let query = sea_orm::sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values));
        let rows = reader.fetch_all(query).await.map_err(reported)?;
        self.idle().push(reader);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Never to another file than the others read and write.
    async fn connect(&self) -> Result<SqliteConnection, DbErr> {
        let reader = self.options.connect().await.map_err(reported)?;
        self.place.check().map_err(|outage| DbErr::Custom(outage.to_string()))?;
        Ok(reader)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
