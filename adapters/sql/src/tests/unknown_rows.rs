//! Rows that a later version writes into a store that it shares with this one.

use std::collections::BTreeSet;

use contract::{NOW, Sample};
use domain::{Client, GrantId, Revocable, Revocation, Secret, Timestamp};
use ports::outbound::{Change, Changes, Revocations, Store, StoreError};
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use super::{clock, file_in, schema};
use crate::Sql;

#[tokio::test]
async fn news_of_an_unknown_kind_keeps_no_other_from_arriving() {
    let folder = TempDir::new().expect("a folder");
    for url in [file_in(&folder), schema().await] {
        let sql = Sql::open(&url, clock()).await.expect("an empty database");
        let revocation = Revocation {
            what: Revocable::Grant(GrantId::new("x")),
            expires_at: Timestamp::from_unix(NOW.as_unix() + 60),
        };
        let seen = sql.end().await.expect("the store answers");
        sql.revoke(revocation.clone(), NOW).await.expect("revoked");
        sql.insert(Client::nth(0)).await.expect("inserted");
        write_as_a_later_version(&url).await;
        let known = [Change::Client(Client::nth(0).id), Change::Revocation(revocation)];
        for _ in 0..3 {
            let told = sql.since(&seen).await.expect("the rest is told").changes;
            assert_eq!(BTreeSet::from_iter(told), BTreeSet::from(known.clone()));
        }
        assert_eq!(sql.passed_over.lock().expect("whole").len(), 2, "it is said once of each");
    }
}

#[tokio::test]
async fn nobody_begins_to_serve_without_understanding_every_revocation() {
    let folder = TempDir::new().expect("a folder");
    for url in [file_in(&folder), schema().await] {
        let sql = Sql::open(&url, clock()).await.expect("an empty database");
        write_as_a_later_version(&url).await;
        let refused = sql.live(NOW).await.expect_err("one is not understood");
        assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused:?}");
        assert_eq!(refused.to_string(), "revocation tenant acme is corrupt");
    }
}

async fn write_as_a_later_version(url: &Secret) {
    let other = Database::connect(url.expose()).await.expect("opened");
    let (now, later) = (NOW.as_unix(), NOW.as_unix() + 60);
    let news = [
        format!("INSERT INTO news (kind, name, at) VALUES ('tenant', 'acme', {now})"),
        format!(
            "INSERT INTO news (kind, name, expires_at, at) \
             VALUES ('tenant', 'acme', {later}, {now})"
        ),
        format!(
            "INSERT INTO revocations (kind, name, expires_at, at) \
             VALUES ('tenant', 'acme', {later}, {now})"
        ),
    ];
    for row in news {
        other.execute_unprepared(&row).await.expect("written");
    }
}
