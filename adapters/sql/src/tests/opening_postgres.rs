//! A database of PostgreSQL is brought up to date, or the operator is told what is wrong with it.

use std::time::Duration;

use domain::Secret;
use sea_orm::{ConnectionTrait, Database};
use tokio::task::JoinSet;

use super::{clock, schema};
use crate::{IfMissing, Limits, OpenError, Sql};

const IMPATIENT: Limits =
    Limits { connections: 1, patience: Duration::from_millis(500), reserve: 0 };

#[tokio::test]
async fn what_was_migrated_is_opened_again() {
    let url = schema().await;
    Sql::open(&url, clock()).await.expect("an empty schema");
    Sql::open(&url, clock()).await.expect("the same schema");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_open_an_empty_database_at_once() {
    let url = schema().await;
    let mut openers = JoinSet::new();
    for _ in 0..8 {
        let url = url.clone();
        openers.spawn(async move { Sql::open(&url, clock()).await });
    }
    for opened in openers.join_all().await {
        opened.expect("opened");
    }
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let url = schema().await;
    Sql::open(&url, clock()).await.expect("an empty schema");
    let other = Database::connect(url.expose()).await.expect("a server");
    let step = "INSERT INTO seaql_migrations VALUES ('m9999_telepathy', 0)";
    other.execute_unprepared(step).await.expect("a step of the future");
    let refused = Sql::open(&url, clock()).await.expect_err("too new");
    assert!(matches!(&refused, OpenError::Newer { step, .. } if step == "m9999_telepathy"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_named_without_its_password() {
    let url = Secret::new("postgres://root:hunter2@127.0.0.1:1/x");
    let refused = Sql::open_within(&url, IMPATIENT, IfMissing::Make, clock())
        .await
        .expect_err("nobody there");
    assert_eq!(refused.to_string(), "the PostgreSQL server at 127.0.0.1:1 does not answer");
}

#[tokio::test]
async fn what_the_server_refuses_is_told_in_its_own_words() {
    let url = schema().await;
    let (server, _) = url.expose().rsplit_once('/').expect("a database");
    let url = Secret::new(format!("{server}/atlantis"));
    let refused = Sql::open_within(&url, IMPATIENT, IfMissing::Make, clock())
        .await
        .expect_err("no such database");
    let sentence = refused.to_string();
    assert!(sentence.starts_with("the database atlantis at 127.0.0.1:"), "{sentence}");
    assert!(sentence.ends_with("cannot be opened: database \"atlantis\" does not exist"));
}
