//! A database that can only be read is not one to serve with.

use std::{sync::Arc, time::Duration};

use adapter_memory::ManualClock;
use contract::NOW;
use domain::{Action, Event, RequestSource, Secret};
use ports::outbound::{Audit, Housekeeping, StoreError};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};
use tempfile::TempDir;

use super::{clock, file_in, schema};
use crate::{IfMissing, Limits, Sql, writer::Write};

/// A new file, and the clock that it is asked by.
async fn new_file(folder: &TempDir) -> (Sql, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(NOW));
    (Sql::open(&file_in(folder), clock.clone()).await.expect("a new file"), clock)
}

fn is_down(answer: &Result<(), StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unavailable(_)))
}

#[tokio::test]
async fn a_writer_that_has_stopped_is_noticed() {
    let folder = TempDir::new().expect("a folder");
    let (sql, clock) = new_file(&folder).await;
    sql.ping().await.expect("it is written");
    sql.writer.close().await;
    clock.advance(1);
    let answer = sql.ping().await;
    assert!(is_down(&answer), "{answer:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_written_any_more_is_noticed() {
    let folder = TempDir::new().expect("a folder");
    let (sql, clock) = new_file(&folder).await;
    sql.ping().await.expect("it is written");
    let no_more = Statement::from_string(DbBackend::Sqlite, "PRAGMA query_only = ON");
    sql.write(Write::new(no_more)).await.expect("a file may become read-only");
    clock.advance(1);
    let answer = sql.ping().await;
    assert!(is_down(&answer), "{answer:?}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_any_more_is_noticed() {
    let folder = TempDir::new().expect("a folder");
    let (sql, clock) = new_file(&folder).await;
    sql.ping().await.expect("it is written");
    let other = Database::connect(file_in(&folder).expose()).await.expect("opened");
    other.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.expect("moved");
    let file = folder.path().join("portcullis.db");
    let mut bytes = std::fs::read(&file).expect("a file");
    bytes[4096..].fill(0xff);
    let mut damaged = std::fs::OpenOptions::new().write(true).open(&file).expect("the same file");
    std::io::Write::write_all(&mut damaged, &bytes).expect("damaged");
    clock.advance(1);
    let answer = sql.ping().await;
    assert!(is_down(&answer), "{answer:?}");
}

#[tokio::test]
async fn however_many_ask_one_write_a_second_is_enough() {
    let folder = TempDir::new().expect("a folder");
    let (sql, clock) = new_file(&folder).await;
    let other = Database::connect(file_in(&folder).expose()).await.expect("opened");
    for probes in 1..=2 {
        for _ in 0..50 {
            sql.ping().await.expect("it is written");
        }
        let counted = Statement::from_string(DbBackend::Sqlite, "SELECT beats FROM pulse");
        let row = other.query_one_raw(counted).await.expect("readable").expect("one row");
        assert_eq!(row.try_get_by_index::<i64>(0).expect("a number"), probes);
        clock.advance(1);
    }
}

#[tokio::test]
async fn a_server_that_has_become_a_standby_is_noticed() {
    let url = schema().await;
    let sql = Sql::open(&url, clock()).await.expect("an empty schema");
    sql.ping().await.expect("it is written");
    let url = Secret::new(format!("{}%20-cdefault_transaction_read_only%3Don", url.expose()));
    let answer = Sql::open(&url, clock()).await.expect("nothing is missing").ping().await;
    assert!(is_down(&answer), "{answer:?}");
}

#[tokio::test]
async fn a_writer_that_is_stuck_is_noticed_although_the_server_answers() {
    let url = schema().await;
    let limits = Limits { connections: 4, patience: Duration::from_secs(30), reserve: 0 };
    let sql =
        Sql::open_within(&url, limits, IfMissing::Make, clock()).await.expect("an empty schema");
    let mut options = ConnectOptions::new(url.expose());
    let other = Database::connect(options.max_connections(1).to_owned()).await.expect("a server");
    other.execute_unprepared("BEGIN; LOCK TABLE audit_events").await.expect("locked");
    let mut recorded = sql.record(Event::new(Action::SignIn, NOW, &RequestSource::default()));
    let impatient = Sql { patience: Duration::from_millis(200), ..sql.clone() };
    let answer = tokio::select! {
        biased;
        recorded = &mut recorded => panic!("the table is locked: {recorded:?}"),
        answer = impatient.ping() => answer,
    };
    assert!(is_down(&answer), "{answer:?}");
    other.execute_unprepared("COMMIT").await.expect("unlocked");
    recorded.await.expect("recorded");
    sql.ping().await.expect("it goes on");
}
