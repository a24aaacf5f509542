//! Every contract, on both databases.

mod batches;
mod corruption;
mod disk;
mod expiry_columns;
mod former_interactions;
mod former_rows;
mod opening;
mod opening_postgres;
mod patience_postgres;
mod place;
mod restarts_postgres;
mod slow_writers_postgres;
mod unknown_rows;
mod write_probe;
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
use domain::Secret;
use ports::outbound::Clock;
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use crate::Sql;

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
