//! A change may become visible after others that were made later. It is told all the same.

use contract::{NOW, Sample};
use domain::{Client, ClientId};
use ports::outbound::{Change, Changes, Store};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

use super::{clock, schema};
use crate::Sql;

#[tokio::test]
async fn a_change_that_becomes_visible_late_is_told_once() {
    let url = schema().await;
    let sql = Sql::open(&url, clock()).await.expect("an empty schema");
    let seen = sql.end().await.expect("the store answers");
    let mut options = ConnectOptions::new(url.expose());
    let slow = Database::connect(options.max_connections(1).to_owned()).await.expect("a server");
    let note = format!(
        "BEGIN; INSERT INTO news (kind, name, at) VALUES ('client', 'slow', {})",
        NOW.as_unix() - 3600
    );
    slow.execute_unprepared(&note).await.expect("begun");
    let mut seen = seen;
    for n in 0..3 {
        sql.insert(Client::nth(n)).await.expect("inserted");
        let news = sql.since(&seen).await.expect("the store answers");
        assert_eq!(news.changes, [Change::Client(Client::nth(n).id)], "and nothing twice");
        seen = news.until;
    }
    slow.execute_unprepared("COMMIT").await.expect("visible");
    let news = sql.since(&seen).await.expect("the store answers");
    assert_eq!(news.changes, [Change::Client(ClientId::new("slow"))]);
    let news = sql.since(&news.until).await.expect("the store answers");
    assert_eq!(news.changes, []);
}
