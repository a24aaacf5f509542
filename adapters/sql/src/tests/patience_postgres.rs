//! Nobody waits for ever for a server of PostgreSQL.

use std::{future::pending, sync::Arc, time::Duration};

use adapter_memory::ManualClock;
use contract::{NOW, Sample};
use domain::{Secret, User};
use ports::outbound::{Housekeeping, Store, StoreError};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbErr, sqlx::Executor};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::timeout,
};

use super::{clock, schema};
use crate::{
    IfMissing, Limits, Sql,
    failure::{code, reported},
    open::LOCK,
    reads::Reads,
    server::Connections,
};

const IMPATIENT: Limits =
    Limits { connections: 1, patience: Duration::from_millis(500), reserve: 0 };
/// Much more than anything may take.
const FAR_TOO_LONG: Duration = Duration::from_secs(30);

async fn open(url: &Secret) -> Sql {
    Sql::open_within(url, IMPATIENT, IfMissing::Make, clock()).await.expect("an empty schema")
}

fn connections(sql: &Sql) -> &Connections {
    let Reads::Server(server) = &*sql.reads else { panic!("PostgreSQL is a server") };
    &server.connections
}

#[tokio::test]
async fn a_lock_is_waited_for_and_not_for_ever() {
    let url = schema().await;
    let sql = open(&url).await;
    let mut options = ConnectOptions::new(url.expose());
    let other = Database::connect(options.max_connections(1).to_owned()).await.expect("a server");
    other.execute_unprepared("BEGIN; LOCK TABLE users").await.expect("locked");
    let refused = timeout(FAR_TOO_LONG, sql.insert(User::nth(0))).await.expect("in time");
    let Err(StoreError::Unavailable(reason)) = refused else { panic!("{refused:?}") };
    let reason = reason.downcast_ref::<DbErr>().and_then(code);
    assert_eq!(reason.as_deref(), Some("55P03"), "it is the lock that was given up");
    other.execute_unprepared("COMMIT").await.expect("unlocked");
    sql.insert(User::nth(0)).await.expect("nothing is left of the refusal");
}

#[tokio::test]
async fn whoever_waits_for_a_migration_waits_as_long_as_it_takes() {
    let url = schema().await;
    let mut options = ConnectOptions::new(url.expose());
    let other = Database::connect(options.max_connections(1).to_owned()).await.expect("a server");
    other.execute_unprepared(&format!("BEGIN; {LOCK}")).await.expect("locked");
    let mut opening = Box::pin(open(&url));
    let waiting = timeout(4 * IMPATIENT.patience, &mut opening).await;
    waiting.expect_err("somebody else is migrating");
    other.execute_unprepared("COMMIT").await.expect("unlocked");
    opening.await.ping().await.expect("the server answers");
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_given_up() {
    let sql = open(&schema().await).await;
    let mut lease = connections(&sql).lease().await.expect("a connection");
    let refused = timeout(FAR_TOO_LONG, lease.execute("SELECT pg_sleep(600)")).await;
    let refused = reported(refused.expect("in time").expect_err("given up"));
    assert_eq!(code(&refused).as_deref(), Some("57014"), "{refused}");
}

#[tokio::test]
async fn a_server_that_was_cut_off_does_not_keep_a_ping() {
    let (url, cut) = behind_a_wire(&schema().await).await;
    let clock = Arc::new(ManualClock::at(NOW));
    let sql = Sql::open_within(&url, IMPATIENT, IfMissing::Make, clock.clone())
        .await
        .expect("an empty schema");
    sql.ping().await.expect("the server answers");
    cut.send_replace(true);
    clock.advance(1);
    let answer = timeout(FAR_TOO_LONG, sql.ping()).await.expect("in time");
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

#[tokio::test]
async fn a_connection_that_was_cut_while_idle_is_not_waited_for_for_ever() {
    let (url, cut) = behind_a_wire(&schema().await).await;
    let sql = open(&url).await;
    sql.insert(User::nth(0)).await.expect("inserted");
    connections(&sql).grow_stale();
    cut.send_replace(true);
    let lease = timeout(FAR_TOO_LONG, connections(&sql).lease()).await.expect("in time");
    assert!(lease.is_err(), "nobody is at the other end");
}

#[tokio::test]
async fn whoever_comes_after_a_statement_that_was_broken_off_gets_another_connection() {
    let sql = open(&schema().await).await;
    let mut lease = connections(&sql).lease().await.expect("the only connection");
    let asleep = timeout(Duration::from_millis(50), lease.execute("SELECT pg_sleep(600)")).await;
    assert!(asleep.is_err(), "it takes longer");
    drop(lease);
    sql.insert(User::nth(0)).await.expect("there is a place again");
}

#[tokio::test]
async fn what_the_server_refuses_costs_no_connection() {
    let sql = open(&schema().await).await;
    let backend = async || {
        let mut lease = connections(&sql).lease().await.expect("a connection");
        let ask = sea_orm::sqlx::query_scalar::<_, i32>("SELECT pg_backend_pid()");
        let pid = ask.fetch_one(&mut *lease).await.expect("a process");
        lease.keep();
        pid
    };
    let before = backend().await;
    let nobody = domain::SubjectId::new("no\0body");
    assert!(Store::<User>::find(&sql, &nobody).await.expect("there is none").is_none());
    assert_eq!(backend().await, before);
}

/// The same server at the other end of a wire that can be cut: nothing comes through any more, and
/// nobody is told.
async fn behind_a_wire(url: &Secret) -> (Secret, watch::Sender<bool>) {
    let (before, after) = url.expose().split_once('@').expect("a user");
    let (server, after) = after.split_once('/').expect("a database");
    let wire = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let near = wire.local_addr().expect("an address");
    let (cut, is_cut) = watch::channel(false);
    tokio::spawn(carry(wire, server.to_owned(), is_cut));
    (Secret::new(format!("{before}@{near}/{after}")), cut)
}

async fn carry(wire: TcpListener, server: String, is_cut: watch::Receiver<bool>) {
    loop {
        let (mut near, _) = wire.accept().await.expect("a connection");
        let mut far = TcpStream::connect(&server).await.expect("a server");
        let mut is_cut = is_cut.clone();
        tokio::spawn(async move {
            let until_cut = async { drop(is_cut.wait_for(|cut| *cut).await) };
            tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => return,
                () = until_cut => {}
            }
            // Both ends stay open.
            pending::<()>().await;
        });
    }
}
