//! The guarantees of the single writer of SQLite.

use std::{sync::Arc, time::Duration};

use contract::Sample;
use domain::{Action, Event, RequestSource, Secret, Session, User};
use ports::outbound::{Audit, Housekeeping as _, Store, StoreError};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use tokio::{task::JoinSet, time::sleep};

use super::{clock, file_in};
use crate::{IfMissing, Limits, Sql};

/// Long enough for everybody to have queued.
const A_MOMENT: Duration = Duration::from_millis(200);

async fn open(url: &Secret) -> Sql {
    Sql::open(url, clock()).await.expect("opened")
}

/// Another process that is writing.
async fn lock(url: &Secret) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.expose());
    options.max_connections(1);
    let other = Database::connect(options).await.expect("opened");
    other.execute_unprepared("BEGIN IMMEDIATE").await.expect("locked");
    other
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_conflict_in_a_batch_is_nobody_elses() {
    let folder = TempDir::new().expect("a folder");
    let sql = open(&file_in(&folder)).await;
    sql.insert(User::nth(0)).await.expect("inserted");
    let other = lock(&file_in(&folder)).await;
    let mut writers = JoinSet::new();
    for n in 0..20 {
        let sql = sql.clone();
        writers.spawn(async move { (n, sql.insert(User::nth(n)).await) });
    }
    let audit = sql.clone();
    let event = Event::new(Action::SignIn, contract::NOW, &RequestSource::default());
    let recorded = tokio::spawn(async move { audit.record(event).await });
    sleep(A_MOMENT).await;
    assert_eq!(writers.len(), 20);
    assert!(writers.try_join_next().is_none(), "nobody is answered before the commit");
    other.execute_unprepared("COMMIT").await.expect("unlocked");
    recorded.await.expect("no panic").expect("recorded");
    for (n, inserted) in writers.join_all().await {
        match inserted {
            Err(StoreError::Conflict) => assert_eq!(n, 0, "its key is taken"),
            other => other.expect("inserted"),
        }
        let found = Store::<User>::find(&sql, &User::nth(n).id).await.expect("answers");
        assert_eq!(found.expect("found").value, User::nth(n));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lock_is_waited_for_and_not_for_ever() {
    let folder = TempDir::new().expect("a folder");
    let limits = Limits { connections: 1, patience: A_MOMENT, reserve: 0 };
    let opened = Sql::open_within(&file_in(&folder), limits, IfMissing::Make, clock()).await;
    let sql = opened.expect("a new file");
    let other = lock(&file_in(&folder)).await;
    let read: Option<_> = Store::<User>::find(&sql, &User::nth(0).id).await.expect("answers");
    assert!(read.is_none(), "readers do not wait");
    let refused = sql.insert(User::nth(0)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    other.execute_unprepared("COMMIT").await.expect("unlocked");
    sql.insert(User::nth(0)).await.expect("nothing is left of the refusal");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_processes_share_a_file() {
    const EACH: u32 = 100;
    let folder = TempDir::new().expect("a folder");
    let server = Arc::new(open(&file_in(&folder)).await);
    let command = Arc::new(open(&file_in(&folder)).await);
    let mut writers = JoinSet::new();
    for n in 0..EACH {
        let (server, command) = (Arc::clone(&server), Arc::clone(&command));
        writers.spawn(async move { server.insert(Session::nth(n)).await });
        writers.spawn(async move { command.insert(Session::nth(EACH + n)).await });
    }
    for inserted in writers.join_all().await {
        inserted.expect("inserted");
    }
    for n in 0..EACH * 2 {
        let found = Store::<Session>::find(&*command, &Session::nth(n).id).await;
        assert!(found.expect("the store answers").is_some(), "{n}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_is_let_go_of_is_one_whole_file() {
    let folder = TempDir::new().expect("a folder");
    let sql = open(&file_in(&folder)).await;
    sql.insert(Session::nth(0)).await.expect("inserted");
    let found = Store::<Session>::find(&sql, &Session::nth(0).id).await;
    assert!(found.expect("the store answers").is_some());
    sql.close().await;
    let left = std::fs::read_dir(folder.path()).expect("a folder");
    let names: Vec<_> = left.map(|entry| entry.expect("an entry").file_name()).collect();
    assert_eq!(names, ["portcullis.db"]);
    let refused = sql.insert(Session::nth(1)).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
}
