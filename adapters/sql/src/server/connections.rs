//! The connections to a server that are kept at hand. The driver's pool asks the server whether a
//! connection still works whenever one is given back to it, which costs as much as a small statement
//! does. So idle connections stay here, and the pool only opens them.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, DbErr, RuntimeErr, SqlxError,
    sqlx::{Connection, PgPool, Postgres, pool::PoolConnection, postgres::PgConnection},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

use super::Incidents;
use crate::failure::driver;

/// A connection that was idle for so long is tried before it is used: the server may have restarted.
pub(crate) const STALE: Duration = Duration::from_secs(5);
/// A connection that was idle for so long is closed.
const IDLE_TIMEOUT: Duration = Duration::from_mins(5);
/// A connection of this age is closed instead of given back: what a backend of PostgreSQL has kept in
/// memory goes with it, and a name that leads to another server now is followed.
const MAX_AGE: Duration = Duration::from_mins(30);

/// The connections to one server.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Kept>);

struct Kept {
    pool: PgPool,
    incidents: Incidents,
    patience: Duration,
    /// One permit for each connection that may be open and in use.
    places: Arc<Semaphore>,
    /// The one that was used last is at the end, and is used next.
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: PoolConnection<Postgres>,
    opened_at: Instant,
    since: Instant,
}

/// A connection for one statement or transaction. It is used again only if it is [kept]; one that is
/// dropped in the middle of something is closed.
///
/// [kept]: Lease::keep
pub(crate) struct Lease<'c> {
    /// Absent once it was given back.
    connection: Option<PoolConnection<Postgres>>,
    opened_at: Instant,
    kept: &'c Kept,
    place: Option<OwnedSemaphorePermit>,
}

impl Connections {
    /// As many connections of `pool` as there are `places`, each of which may be waited for with
    /// `patience`.
    pub(crate) fn new(pool: PgPool, incidents: Incidents, places: u32, patience: Duration) -> Self {
        let places = usize::try_from(places).unwrap_or(Semaphore::MAX_PERMITS);
        let places = Arc::new(Semaphore::new(places));
        Self(Arc::new(Kept { pool, incidents, patience, places, idle: Mutex::default() }))
    }

    /// A connection that works as far as is known.
    ///
    /// # Errors
    ///
    /// All are in use and none comes free in time, or the server cannot be reached.
    pub(crate) async fn lease(&self) -> Result<Lease<'_>, DbErr> {
        let timed_out = |_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        timeout(self.0.patience, self.0.lease()).await.map_err(timed_out)?
    }

    /// Lets every idle connection look as if it had been idle for long.
    #[cfg(test)]
    pub(crate) fn grow_stale(&self) {
        for idle in self.0.idle().iter_mut() {
            idle.since -= STALE;
        }
    }

    /// Closes all connections; those in use, when they are given back.
    pub(crate) async fn close(&self) {
        self.0.places.close();
        let idle = std::mem::take(&mut *self.0.idle());
        drop(idle);
        self.0.pool.close().await;
    }
}

impl Kept {
    async fn lease(&self) -> Result<Lease<'_>, DbErr> {
        let place = self.places.clone().acquire_owned().await;
        let closed = |_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
        let mut lease = Lease {
            connection: None,
            opened_at: Instant::now(),
            kept: self,
            place: Some(place.map_err(closed)?),
        };
        while let Some(Idle { connection, opened_at, since }) = self.pop() {
            // It belongs to the lease while it is tried, so that it is closed if nobody waits for it.
            (lease.connection, lease.opened_at) = (Some(connection), opened_at);
            let suspect = self.incidents.outlived_by(opened_at.elapsed());
            if !suspect && (since.elapsed() < STALE || lease.ping().await.is_ok()) {
                return Ok(lease);
            }
            lease.give_up();
        }
        lease.connection = Some(self.pool.acquire().await.map_err(unopened)?);
        lease.opened_at = Instant::now();
        Ok(lease)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pop(&self) -> Option<Idle> {
        self.idle().pop()
    }

    /// Puts a connection among the idle ones, and takes out whatever need not be open any longer.
    fn put(&self, connection: PoolConnection<Postgres>, opened_at: Instant) -> Vec<Idle> {
        let since = Instant::now();
        let idle = Idle { connection, opened_at, since };
        let mut all = self.idle();
        // Whoever closes holds the lock too: nothing is put here after that.
        if self.places.is_closed() || opened_at.elapsed() > MAX_AGE {
            return vec![idle];
        }
        let recent = all.partition_point(|idle| since - idle.since > IDLE_TIMEOUT);
        let expired = all.drain(..recent).collect();
        all.push(idle);
        expired
    }
}

impl Lease<'_> {
    /// Gives the connection back after everything that was begun on it has ended well.
    pub(crate) fn keep(mut self) {
        if let Some(connection) = self.connection.take() {
            let expired = self.kept.put(connection, self.opened_at);
            for idle in expired {
                close(idle.connection);
            }
        }
    }

    /// The same after one statement outside of a transaction, unless the connection broke off. What the
    /// server only refuses leaves the connection as it was: strangers can cause that.
    pub(crate) fn after<T>(self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        let refused = |error| matches!(driver(error), Some(SqlxError::Database(_)));
        if outcome.as_ref().err().is_none_or(refused) {
            self.keep();
        }
        outcome
    }

    fn give_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            close(connection);
        }
    }
}

impl Drop for Lease<'_> {
    /// The place is given back after the connection is: whoever gets it finds room in the pool.
    fn drop(&mut self) {
        self.give_up();
        drop(self.place.take());
    }
}

/// Closes a connection at once. Its pool has room for another; to say goodbye to a server that is gone,
/// or to wait until it has done what it was asked, could take for ever.
fn close(connection: PoolConnection<Postgres>) {
    drop(connection.detach());
}

impl Deref for Lease<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        self.connection.as_ref().expect("a lease has its connection until it ends")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("a lease has its connection until it ends")
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

/// The pool has no connection to give.
fn unopened(error: SqlxError) -> DbErr {
    match error {
        SqlxError::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        SqlxError::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
    }
}
