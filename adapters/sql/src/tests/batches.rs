//! Nobody suffers for what somebody else wanted to write at the same time. All jobs of a test are
//! in one batch, as they queue before the writer gets the one thread there is.

use std::time::Duration;

use contract::{NOW, Sample};
use domain::{Action, Event, RequestSource, Session, User};
use futures_util::future::join_all;
use ports::outbound::{Audit, Housekeeping, Store, StoreError};
use sea_orm::{ActiveValue::Set, ConnectOptions, ConnectionTrait, Database, DbBackend, Statement};
use tempfile::TempDir;
use tokio::time::timeout;

use super::{clock, file_in, schema};
use crate::{IfMissing, Limits, Sql, event_rows::ActiveModel, writer::Write};

fn event(detail: &str) -> Event {
    let detail = Some(detail.to_owned());
    Event { detail, ..Event::new(Action::SignIn, NOW, &RequestSource::default()) }
}

fn is_refused<T: std::fmt::Debug>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::Unavailable(_)))
}

async fn details(sql: &Sql) -> Vec<Option<String>> {
    let trail = contract::audit::trail(sql).await;
    trail.into_iter().map(|event| event.detail).collect()
}

#[tokio::test]
async fn a_statement_that_a_file_refuses_is_nobody_elses() {
    let folder = TempDir::new().expect("a folder");
    let sql = Sql::open(&file_in(&folder), clock()).await.expect("a new file");
    sql.insert(Session::nth(0)).await.expect("inserted");
    let refused = "INSERT INTO users (id) VALUES ('half a person')";
    let refused = Write::new(Statement::from_string(DbBackend::Sqlite, refused));
    let (before, culprit, conflict, after, recorded, alive) = tokio::join!(
        sql.insert(User::nth(0)),
        sql.write(refused),
        sql.insert(Session::nth(0)),
        sql.insert(User::nth(1)),
        sql.record(event("x")),
        sql.ping(),
    );
    assert!(is_refused(&culprit), "{culprit:?}");
    assert!(matches!(conflict, Err(StoreError::Conflict)), "{conflict:?}");
    for neighbour in [before, after, recorded, alive] {
        neighbour.expect("it is written");
    }
    for n in 0..2 {
        let found = Store::<User>::find(&sql, &User::nth(n).id).await.expect("the store answers");
        assert!(found.is_some(), "{n}");
    }
    assert_eq!(details(&sql).await, [Some("x".to_owned())], "it is recorded once");
}

#[tokio::test]
async fn an_event_that_a_server_refuses_is_nobody_elses() {
    let sql = Sql::open(&schema().await, clock()).await.expect("an empty schema");
    let spoiled = ActiveModel { detail: Set(Some("\0".to_owned())), ..event("x").into() };
    let (before, culprit, after, alive) = tokio::join!(
        sql.record(event("before")),
        sql.writer.record(spoiled),
        sql.record(event("after")),
        sql.ping(),
    );
    assert!(is_refused(&culprit), "{culprit:?}");
    for neighbour in [before, after, alive] {
        neighbour.expect("it is written");
    }
    let both = ["before", "after"].map(|detail| Some(detail.to_owned()));
    assert_eq!(details(&sql).await, both);
}

#[tokio::test]
async fn nobody_waits_for_a_lock_one_after_another() {
    let folder = TempDir::new().expect("a folder");
    let limits = Limits { connections: 1, patience: Duration::from_millis(200), reserve: 0 };
    let opened = Sql::open_within(&file_in(&folder), limits, IfMissing::Make, clock()).await;
    let sql = opened.expect("a new file");
    let mut options = ConnectOptions::new(file_in(&folder).expose());
    let other = Database::connect(options.max_connections(1).to_owned()).await.expect("opened");
    other.execute_unprepared("BEGIN IMMEDIATE").await.expect("locked");
    let all = join_all((0..100).map(|n| sql.insert(User::nth(n))));
    let answers = timeout(25 * limits.patience, all).await.expect("all wait together");
    assert!(answers.iter().all(is_refused), "{answers:?}");
}
