//! Every contract, on both databases.

mod batches;
mod corruption;
mod disk;
mod opening;
mod opening_postgres;
mod patience_postgres;
mod place;
mod pulse;
mod restarts_postgres;
mod slow_writers_postgres;
mod strangers;
mod writing;

use std::{
    env,
    future::pending,
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use adapter_memory::ManualClock;
use contract::NOW;
use domain::{
    Action, ClientId, Event, GrantId, Origin, Outcome, Secret, SubjectId, Timestamp, TokenId,
};
use ports::outbound::Clock;
use sea_orm::{ConnectionTrait, Database, EntityTrait, QueryOrder};
use tempfile::TempDir;

use crate::{
    Sql,
    audit::entity::{Column, Entity, Model},
};

mod sqlite {
    use super::*;

    contract::every_port!(fresh());

    async fn fresh() -> Sql {
        let folder = TempDir::new().expect("a folder");
        let url = file_in(&folder);
        // The folder lives as long as the test: its runtime drops this task, and so the folder.
        tokio::spawn(async move {
            let _folder = folder;
            pending::<()>().await;
        });
        Sql::open(&url, clock()).await.expect("a new file")
    }
}

mod postgres {
    use super::*;

    contract::every_port!(fresh());

    async fn fresh() -> Sql {
        Sql::open(&schema().await, clock()).await.expect("an empty schema")
    }
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(ManualClock::at(NOW))
}

fn file_in(folder: &TempDir) -> Secret {
    Secret::new(format!("sqlite:{}/portcullis.db", folder.path().display()))
}

/// The URL of an empty schema that nobody else uses.
async fn schema() -> Secret {
    static SCHEMA: AtomicU32 = AtomicU32::new(0);
    let url = env::var("TEST_POSTGRES_URL").expect(
        "TEST_POSTGRES_URL names a PostgreSQL to test with: run this under tests/with-postgres",
    );
    let name = format!("t{}_{}", process::id(), SCHEMA.fetch_add(1, Ordering::Relaxed));
    let admin = Database::connect(&url).await.expect("a server");
    admin.execute_unprepared(&format!("CREATE SCHEMA {name}")).await.expect("a schema");
    admin.close().await.expect("closed");
    Secret::new(format!("{url}?options=-csearch_path%3D{name}"))
}

impl contract::AuditTrail for Sql {
    async fn trail(&self) -> Vec<Event> {
        let rows = self.reads.all(Entity::find().order_by_asc(Column::Id)).await;
        rows.expect("the store answers").into_iter().map(Event::from).collect()
    }
}

impl From<Model> for Event {
    fn from(row: Model) -> Self {
        let known = Action::from_wire(&row.action).zip(Outcome::from_wire(&row.outcome));
        let (action, outcome) = known.expect("what was written");
        Self {
            at: Timestamp::from_unix(row.at),
            action,
            outcome,
            subject: row.subject.map(SubjectId::new),
            client: row.client.map(ClientId::new),
            grant: row.grant_id.map(GrantId::new),
            token: row.token.map(TokenId::new),
            detail: row.detail,
            origin: Origin {
                address: row.address.map(|address| address.parse().expect("an address")),
                trace: row.trace,
            },
        }
    }
}
