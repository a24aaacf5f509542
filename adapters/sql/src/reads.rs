//! How everything is read.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, EntityTrait, FromQueryResult, QueryResult, QueryTrait,
    Select, Statement, Values,
    sqlx::{
        AssertSqlSafe, ConnectOptions, Connection, Executor,
        sqlite::{SqliteConnectOptions, SqliteConnection},
    },
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Semaphore;

use crate::failure::reported;

/// Where rows are read from.
pub(crate) enum Reads {
    /// A file of SQLite.
    File(Box<Readers>),
    /// A server.
    Pool(DatabaseConnection),
}

impl Reads {
    pub(crate) fn backend(&self) -> DbBackend {
        match self {
            Self::File(_) => DbBackend::Sqlite,
            Self::Pool(_) => DbBackend::Postgres,
        }
    }

    /// Lets go of every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::File(readers) => readers.close().await,
            Self::Pool(pool) => drop(pool.clone().close().await),
        }
    }

    /// Every row that is selected.
    pub(crate) async fn all<E: EntityTrait>(
        &self,
        select: Select<E>,
    ) -> Result<Vec<E::Model>, DbErr> {
        match self {
            Self::Pool(pool) => select.all(pool).await,
            Self::File(readers) => {
                let rows = readers.query(select.build(DbBackend::Sqlite)).await?;
                rows.iter().map(|row| E::Model::from_query_result(row, "")).collect()
            }
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
    places: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// Nothing is opened before it is needed.
    pub(crate) fn new(options: SqliteConnectOptions, most: u32) -> Self {
        let places = usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS);
        Self { options, places: Semaphore::new(places), idle: Mutex::default() }
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
            None => self.options.connect().await.map_err(reported)?,
        };
        let values = statement.values.unwrap_or_else(|| Values(Vec::new()));
        let query = sea_orm::sqlx::query_with(AssertSqlSafe(statement.sql), SqlxValues(values));
        let rows = reader.fetch_all(query).await.map_err(reported)?;
        self.idle().push(reader);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
