//! The connections to a server that are kept at hand. The driver's pool asks the server whether a
//! connection still works whenever one is given back to it, which costs as much as a small statement
//! does. So idle connections stay here, and the pool only opens them and takes care of those that may
//! be broken.

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
    sync::{Semaphore, SemaphorePermit},
    time::{Instant, timeout},
};

use super::Incidents;

/// A connection that was idle for so long is tried before it is used: the server may have restarted.
pub(crate) const STALE: Duration = Duration::from_secs(5);
/// A connection that was idle for so long is given back to the pool, which closes it.
const NEEDLESS: Duration = Duration::from_mins(5);

/// The connections to one server.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Kept>);

struct Kept {
    pool: PgPool,
    incidents: Incidents,
    patience: Duration,
    places: Semaphore,
    /// The one that was used last is at the end, and is used next.
    idle: Mutex<Vec<Idle>>,
}

struct Idle {
    connection: PoolConnection<Postgres>,
    opened_at: Instant,
    since: Instant,
}

/// A connection for one statement or transaction. It is used again only if it is [kept]: one that is
/// dropped in the middle of something goes back to the pool, which finds out whether it still works.
///
/// [kept]: Lease::keep
pub(crate) struct Lease<'c> {
    connection: PoolConnection<Postgres>,
    opened_at: Instant,
    kept: &'c Kept,
    _place: SemaphorePermit<'c>,
}

impl Connections {
    /// As many connections of `pool` as there are `places`, each of which may be waited for with
    /// `patience`.
    pub(crate) fn new(pool: PgPool, incidents: Incidents, places: u32, patience: Duration) -> Self {
        let places = Semaphore::new(usize::try_from(places).unwrap_or(Semaphore::MAX_PERMITS));
        Self(Arc::new(Kept { pool, incidents, patience, places, idle: Mutex::default() }))
    }

    /// A connection that works as far as is known.
    ///
    /// # Errors
    ///
    /// All are in use and none comes free in time, or the server cannot be reached.
    pub(crate) async fn lease(&self) -> Result<Lease<'_>, DbErr> {
        let kept = &*self.0;
        let place = match timeout(kept.patience, kept.places.acquire()).await {
            Ok(Ok(place)) => place,
            Ok(Err(_)) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            Err(_) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        };
        while let Some(idle) = kept.pop() {
            if let Some((connection, opened_at)) = idle.tried(&kept.incidents).await {
                return Ok(Lease { connection, opened_at, kept, _place: place });
            }
        }
        let connection = kept.pool.acquire().await.map_err(unopened)?;
        Ok(Lease { connection, opened_at: Instant::now(), kept, _place: place })
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
    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pop(&self) -> Option<Idle> {
        self.idle().pop()
    }
}

impl Idle {
    /// The connection, unless it leads nowhere any more.
    async fn tried(mut self, incidents: &Incidents) -> Option<(PoolConnection<Postgres>, Instant)> {
        let suspect = incidents.outlived_by(self.opened_at.elapsed());
        let works =
            !suspect && (self.since.elapsed() < STALE || self.connection.ping().await.is_ok());
        if works {
            return Some((self.connection, self.opened_at));
        }
        // To say goodbye to a server that is gone could take long.
        drop(self.connection.detach().close_hard().await);
        None
    }
}

impl Lease<'_> {
    /// Gives the connection back after everything that was begun on it has ended well.
    pub(crate) fn keep(self) {
        let Self { connection, opened_at, kept, _place } = self;
        let now = Instant::now();
        let mut idle = kept.idle();
        // The lock is held by whoever closes too: nothing is put here after that.
        let needless = if kept.places.is_closed() {
            Some(connection)
        } else {
            let oldest = idle.first().filter(|oldest| now - oldest.since > NEEDLESS);
            let needless = oldest.is_some().then(|| idle.remove(0).connection);
            idle.push(Idle { connection, opened_at, since: now });
            needless
        };
        drop(idle);
        drop(needless);
    }
}

impl Deref for Lease<'_> {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connections")
    }
}

/// What the pool says when it has no connection to give.
fn unopened(error: SqlxError) -> DbErr {
    match error {
        SqlxError::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        SqlxError::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
    }
}
