//! SQLite and PostgreSQL through one set of entities: the URL decides which.

mod audit;
mod authorization_codes;
mod changes;
mod clients;
mod columns;
mod consents;
mod disk;
mod event_rows;
mod failure;
mod housekeeping;
mod interactions;
mod migrations;
mod open;
mod reads;
mod refresh_families;
mod revocations;
mod server;
mod sessions;
mod signing_keys;
mod suspensions;
mod table;
mod unknown_rows;
mod uptimes;
mod users;
mod write_probe;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    fmt,
    sync::{self, Arc, atomic::AtomicU64},
    time::Duration,
};

use ports::outbound::{Clock, StoreError};
use sea_orm::DbBackend;
use tokio::sync::Mutex;

use self::{
    reads::Reads,
    write_probe::WriteProbe,
    writer::{Write, Writer},
};

pub use open::{IfMissing, Limits, OpenError};

/// A migrated database.
#[derive(Clone)]
pub struct Sql {
    reads: Arc<Reads>,
    writer: Writer,
    /// The revision that the next new row starts at.
    births: Arc<AtomicU64>,
    clock: Arc<dyn Clock>,
    /// The longest time that the response to a ping may take.
    patience: Duration,
    /// The result of the last ping.
    pulse: Arc<Mutex<Option<WriteProbe>>>,
    /// The kinds of change that were not understood, each of which is logged once.
    passed_over: Arc<sync::Mutex<BTreeSet<(&'static str, String)>>>,
}

impl Sql {
    fn backend(&self) -> DbBackend {
        self.reads.backend()
    }

    /// Runs one step, and returns how many rows it changed.
    async fn write(&self, step: Write) -> Result<u64, StoreError> {
        self.writer.write(step).await
    }
}

impl fmt::Debug for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sql({})", self.backend().as_str())
    }
}
