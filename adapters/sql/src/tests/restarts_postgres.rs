//! A server of PostgreSQL that is restarted drops every connection. Who comes next does not notice.

use contract::{NOW, Sample};
use domain::{Action, Client, Event, RequestSource, Secret, User};
use futures_util::future::join_all;
use ports::outbound::{Audit, Housekeeping, Store};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

use super::{clock, schema};
use crate::{Sql, reads::Reads};

/// The number of concurrent callers.
const MANY: u32 = 16;

/// A database that as many have just used at once.
async fn in_use() -> (Sql, Vec<i32>, DatabaseConnection) {
    let url = schema().await;
    let sql = Sql::open(&url, clock()).await.expect("an empty schema");
    let backends = backends(&sql).await;
    (sql, backends, admin(&url).await)
}

async fn admin(url: &Secret) -> DatabaseConnection {
    Database::connect(url.expose()).await.expect("a server")
}

/// The processes at the other ends of its connections.
async fn backends(sql: &Sql) -> Vec<i32> {
    let Reads::Server(server) = &*sql.reads else { panic!("PostgreSQL is a server") };
    let mut held = Vec::new();
    for _ in 0..MANY {
        held.push(server.connections.lease().await.expect("a connection"));
    }
    let mut processes = Vec::new();
    for lease in &mut held {
        let ask = sea_orm::sqlx::query_scalar("SELECT pg_backend_pid()");
        processes.push(ask.fetch_one(&mut **lease).await.expect("a process"));
    }
    for lease in held {
        lease.keep();
    }
    processes
}

/// Ends them, and returns when they are gone.
async fn end(admin: &DatabaseConnection, backends: &[i32]) {
    let listed = backends.iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
    let end =
        format!("SELECT pg_terminate_backend(pid, 10000) FROM unnest(ARRAY[{listed}]) AS pid");
    let ended = admin.query_all_raw(Statement::from_string(DbBackend::Postgres, end)).await;
    let mut ended = ended.expect("ended").into_iter();
    assert!(ended.all(|row| row.try_get_by_index::<bool>(0).expect("a truth")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_reads_from_a_connection_that_is_gone() {
    let (sql, backends, admin) = in_use().await;
    sql.insert(User::nth(0)).await.expect("inserted");
    end(&admin, &backends).await;
    let key = User::nth(0).id;
    for found in join_all((0..MANY).map(|_| Store::<User>::find(&sql, &key))).await {
        assert!(found.expect("the server is back").is_some());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_writes_to_a_connection_that_is_gone() {
    let (sql, backends, admin) = in_use().await;
    end(&admin, &backends).await;
    let alone = join_all((0..MANY).map(|n| sql.insert(contract::domain::Session::nth(n))));
    for inserted in alone.await {
        inserted.expect("a statement by itself is written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_transaction_begins_on_a_connection_that_is_gone() {
    let (sql, backends, admin) = in_use().await;
    end(&admin, &backends).await;
    let told = join_all((0..MANY).map(|n| sql.insert(Client::nth(n))));
    for inserted in told.await {
        inserted.expect("a statement and its news are written");
    }
    sql.record(Event::new(Action::SignIn, NOW, &RequestSource::default())).await.expect("recorded");
    sql.ping().await.expect("the server is back");
}

#[tokio::test]
async fn a_connection_is_used_again_unless_something_broke_off_on_it() {
    let (sql, backends, _admin) = in_use().await;
    let Reads::Server(server) = &*sql.reads else { panic!("PostgreSQL is a server") };
    let ask = || sea_orm::sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()");
    let mut lease = server.connections.lease().await.expect("a connection");
    let last = ask().fetch_one(&mut *lease).await.expect("a process");
    assert_eq!(backends.last(), Some(&last), "the one that was used last");
    lease.keep();
    let mut lease = server.connections.lease().await.expect("a connection");
    assert_eq!(ask().fetch_one(&mut *lease).await.expect("a process"), last);
    drop(lease);
    let mut lease = server.connections.lease().await.expect("a connection");
    assert_ne!(ask().fetch_one(&mut *lease).await.expect("a process"), last);
}

#[tokio::test]
async fn nobody_gets_a_connection_of_a_database_that_was_closed() {
    let (sql, _, _admin) = in_use().await;
    let Reads::Server(server) = &*sql.reads else { panic!("PostgreSQL is a server") };
    let lease = server.connections.lease().await.expect("a connection");
    let closing = tokio::spawn({
        let connections = server.connections.clone();
        async move { connections.close().await }
    });
    tokio::task::yield_now().await;
    lease.keep();
    closing.await.expect("closed, as nothing is held back");
    assert!(server.connections.lease().await.is_err());
}
