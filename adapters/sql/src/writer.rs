//! Writing. SQLite has one writer at a time, so all writes go through one task, which commits
//! everything that is waiting in one transaction: all callers share the cost of one commit.
//! PostgreSQL takes writes in parallel; there only audit events, of which there are many, and the
//! write probe go through the task.

mod batch;
mod file;
mod pool;

use ports::outbound::{Outage, StoreError};
use sea_orm::{DbErr, Statement, sqlx::Connection};
use tokio::sync::{mpsc, oneshot};

use self::batch::Batch;
pub(crate) use self::file::File;
use crate::{
    event_rows::ActiveModel,
    failure::{failed, is_everybodys},
    server::Server,
};

/// The number of writes that may wait in the queue; further callers wait to enqueue theirs.
const QUEUE: usize = 1024;
/// The largest number of writes in one commit.
const BATCH: usize = 256;

/// One step: it happens as a whole or not at all.
#[derive(Debug)]
pub(crate) struct Write {
    statement: Statement,
    must_hit: bool,
    frees: bool,
    then: Option<Statement>,
}

impl Write {
    /// A step of one statement.
    pub(crate) fn new(statement: Statement) -> Self {
        Self { statement, must_hit: false, frees: false, then: None }
    }

    /// It is a conflict if it changes no row.
    pub(crate) fn or_conflict(self) -> Self {
        Self { must_hit: true, ..self }
    }

    /// It is written on a full disk too, as it makes space there.
    pub(crate) fn freeing(self) -> Self {
        Self { frees: true, ..self }
    }

    /// Adds a statement that runs in the same transaction, if this one changes a row.
    pub(crate) fn telling(self, then: Option<Statement>) -> Self {
        Self { then, ..self }
    }
}

/// The outcome of a statement.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    /// It has changed so many rows.
    Changed(u64),
    /// Somebody else was first.
    Conflict,
}

impl Outcome {
    /// The same, if it must change a row.
    fn of(self, must_hit: bool) -> Self {
        match self {
            Self::Changed(0) if must_hit => Self::Conflict,
            other => other,
        }
    }
}

impl From<Outcome> for Result<u64, StoreError> {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Changed(rows) => Ok(rows),
            Outcome::Conflict => Err(StoreError::Conflict),
        }
    }
}

/// The cause for which a job was not done.
#[derive(Clone, Debug)]
enum Failure {
    /// The database says so.
    Reported(DbErr),
    /// It was not even tried.
    Outage(Outage),
}

impl Failure {
    /// Whether the next job would fare no better. On a full disk one that frees space does.
    fn is_everybodys(&self) -> bool {
        match self {
            Self::Reported(error) => is_everybodys(error),
            Self::Outage(outage) => *outage != Outage::DiskFull,
        }
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Reported(error)
    }
}

impl From<Outage> for Failure {
    fn from(outage: Outage) -> Self {
        Self::Outage(outage)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Reported(error) => failed(error),
            Failure::Outage(outage) => outage.into(),
        }
    }
}

/// The destination of writes.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Waiting>,
    /// The server on which steps run at once if they need not queue; `None` for a SQLite file.
    direct: Option<Server>,
}

#[derive(Debug)]
struct Waiting {
    job: Job,
    answer: Answer,
}

#[derive(Debug)]
enum Job {
    Write(Write),
    Record(Box<ActiveModel>),
    Probe,
    Tend,
    Close,
}

type Answer = oneshot::Sender<Result<u64, StoreError>>;

impl Writer {
    /// Everything queues for the one connection that writes to a file.
    pub(crate) fn alone(file: File) -> Self {
        Self { queue: queue(Desk::File(Box::new(file))), direct: None }
    }

    /// Only audit events queue.
    pub(crate) fn among_others(server: Server) -> Self {
        Self { queue: queue(Desk::Server(server.clone())), direct: Some(server) }
    }

    /// Runs one step, and returns how many rows it changed.
    pub(crate) async fn write(&self, step: Write) -> Result<u64, StoreError> {
        match &self.direct {
            Some(server) => pool::run_one(server, &step).await.map_err(failed)?.into(),
            None => self.wait_for(Job::Write(step)).await,
        }
    }

    /// Inserts one event.
    pub(crate) async fn record(&self, event: ActiveModel) -> Result<(), StoreError> {
        self.wait_for(Job::Record(Box::new(event))).await.map(drop)
    }

    /// Writes something that does no harm, the way audit events are written.
    pub(crate) async fn probe(&self) -> Result<(), StoreError> {
        self.wait_for(Job::Probe).await.map(drop)
    }

    /// Looks after the disk, where the database is on one of this machine's.
    pub(crate) async fn tend(&self) -> Result<(), StoreError> {
        self.wait_for(Job::Tend).await.map(drop)
    }

    /// Lets go of the database, once everything that came before is written.
    pub(crate) async fn close(&self) {
        // If the task has stopped already, there is nothing to let go of.
        drop(self.wait_for(Job::Close).await);
    }

    async fn wait_for(&self, job: Job) -> Result<u64, StoreError> {
        let (answer, answered) = oneshot::channel();
        let stopped = || StoreError::Unavailable("the writer has stopped".into());
        self.queue.send(Waiting { job, answer }).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

/// Starts the task. It ends when nobody can write any more.
fn queue(mut desk: Desk) -> mpsc::Sender<Waiting> {
    let (sender, mut waiting) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let mut jobs = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut jobs, BATCH).await > 0 {
            let mut batch = Batch::of(&mut jobs);
            let closing = batch.closing.take();
            let tending = std::mem::take(&mut batch.tending);
            batch.commit(&mut desk).await;
            if !tending.is_empty() {
                desk.tend().await;
            }
            for answer in tending {
                drop(answer.send(Ok(0)));
            }
            if let Some(answer) = closing {
                desk.close().await;
                drop(answer.send(Ok(0)));
                return;
            }
        }
    });
    sender
}

/// The connection on which a batch is committed.
enum Desk {
    File(Box<File>),
    Server(Server),
}

impl Desk {
    async fn tend(&mut self) {
        if let Self::File(file) = self {
            file.tend().await;
        }
    }

    async fn close(self) {
        match self {
            Self::File(file) => drop(file.connection.close().await),
            Self::Server(server) => server.connections.close().await,
        }
    }
}
