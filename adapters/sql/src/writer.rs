//! How everything is written. SQLite has one writer at a time whatever one does, so all writes go
//! through one task, which commits everything that is waiting at once; the price of a commit is
//! shared by all who wait for it. PostgreSQL takes writes in parallel; only audit events, of which
//! there are many, go through the task there.

use ports::outbound::StoreError;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, QueryTrait,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use crate::{
    audit::entity::{ActiveModel, Entity},
    failure::{failed, is_taken},
};

/// How many may wait; whoever comes after them waits to be let in.
const QUEUE: usize = 1024;
/// How much is committed at once, at most.
const BATCH: usize = 256;
/// How many events are inserted by one statement, at most.
const EVENTS: usize = 64;

/// One step: it happens as a whole or not at all.
#[derive(Debug)]
pub(crate) struct Write {
    statement: Statement,
    must_hit: bool,
    then: Option<Statement>,
}

impl Write {
    /// A step of one statement.
    pub(crate) fn new(statement: Statement) -> Self {
        Self { statement, must_hit: false, then: None }
    }

    /// It is a conflict if it changes no row.
    pub(crate) fn or_conflict(self) -> Self {
        Self { must_hit: true, ..self }
    }

    /// What else is written, if it changes any.
    pub(crate) fn telling(self, then: Option<Statement>) -> Self {
        Self { then, ..self }
    }

    /// Runs it inside a transaction, which goes on if this is a conflict.
    async fn run(self, connection: &impl ConnectionTrait) -> Result<Outcome, DbErr> {
        let changed = match connection.execute_raw(self.statement).await {
            Ok(done) => done.rows_affected(),
            Err(error) if is_taken(&error) => return Ok(Outcome::Conflict),
            Err(error) => return Err(error),
        };
        if changed == 0 {
            return Ok(if self.must_hit { Outcome::Conflict } else { Outcome::Changed(0) });
        }
        if let Some(then) = self.then {
            connection.execute_raw(then).await?;
        }
        Ok(Outcome::Changed(changed))
    }
}

/// What a step came to.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Changed(u64),
    Conflict,
}

impl From<Outcome> for Result<u64, StoreError> {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Changed(rows) => Ok(rows),
            Outcome::Conflict => Err(StoreError::Conflict),
        }
    }
}

/// Where writes go.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Waiting>,
    /// Where steps are run at once, if they need not queue.
    direct: Option<DatabaseConnection>,
}

#[derive(Debug)]
struct Waiting {
    job: Job,
    answer: oneshot::Sender<Result<u64, StoreError>>,
}

#[derive(Debug)]
enum Job {
    Write(Write),
    Record(ActiveModel),
}

impl Writer {
    /// Everything queues for the one connection.
    pub(crate) fn alone(connection: DatabaseConnection) -> Self {
        Self { queue: queue(connection), direct: None }
    }

    /// Only audit events queue.
    pub(crate) fn among_others(pool: DatabaseConnection) -> Self {
        Self { queue: queue(pool.clone()), direct: Some(pool) }
    }

    /// Runs one step, and returns how many rows it changed.
    pub(crate) async fn write(&self, step: Write) -> Result<u64, StoreError> {
        match &self.direct {
            None => self.wait_for(Job::Write(step)).await,
            Some(pool) if step.then.is_none() => {
                step.run(pool).await.map_err(failed).and_then(Into::into)
            }
            Some(pool) => at_once(pool, step).await.map_err(failed).and_then(Into::into),
        }
    }

    /// Inserts one event.
    pub(crate) async fn record(&self, event: ActiveModel) -> Result<(), StoreError> {
        self.wait_for(Job::Record(event)).await.map(drop)
    }

    async fn wait_for(&self, job: Job) -> Result<u64, StoreError> {
        let (answer, answered) = oneshot::channel();
        let stopped = || StoreError::Unavailable("the writer has stopped".into());
        self.queue.send(Waiting { job, answer }).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

/// Runs a step of several statements on its own.
async fn at_once(pool: &DatabaseConnection, step: Write) -> Result<Outcome, DbErr> {
    let transaction = pool.begin().await?;
    let outcome = step.run(&transaction).await?;
    match outcome {
        Outcome::Changed(_) => transaction.commit().await?,
        Outcome::Conflict => transaction.rollback().await?,
    }
    Ok(outcome)
}

/// Starts the task. It ends when nobody can write any more.
fn queue(connection: DatabaseConnection) -> mpsc::Sender<Waiting> {
    let (sender, mut waiting) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let mut jobs = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut jobs, BATCH).await > 0 {
            Batch::of(&mut jobs).commit(&connection).await;
        }
    });
    sender
}

type Answer = oneshot::Sender<Result<u64, StoreError>>;

/// What is committed at once.
#[derive(Default)]
struct Batch {
    steps: Vec<Write>,
    changed: Vec<Answer>,
    events: Vec<ActiveModel>,
    recorded: Vec<Answer>,
}

impl Batch {
    fn of(jobs: &mut Vec<Waiting>) -> Self {
        let mut batch = Self::default();
        for Waiting { job, answer } in jobs.drain(..) {
            match job {
                Job::Write(step) => {
                    batch.steps.push(step);
                    batch.changed.push(answer);
                }
                Job::Record(event) => {
                    batch.events.push(event);
                    batch.recorded.push(answer);
                }
            }
        }
        batch
    }

    /// Nobody is answered before everything is durable. A conflict is one caller's; any other
    /// failure is everybody's, as the database may have given the whole transaction up.
    async fn commit(self, connection: &DatabaseConnection) {
        let answers = self.changed.into_iter().chain(self.recorded);
        match run(connection, self.steps, self.events).await {
            Ok(outcomes) => {
                let recorded = std::iter::repeat(Outcome::Changed(1));
                for (answer, outcome) in answers.zip(outcomes.into_iter().chain(recorded)) {
                    drop(answer.send(outcome.into()));
                }
            }
            Err(error) => answers.for_each(|answer| {
                drop(answer.send(Err(StoreError::Unavailable(Box::new(error.clone())))));
            }),
        }
    }
}

async fn run(
    connection: &DatabaseConnection,
    steps: Vec<Write>,
    mut events: Vec<ActiveModel>,
) -> Result<Vec<Outcome>, DbErr> {
    let mut outcomes = Vec::with_capacity(steps.len());
    let transaction = begin(connection).await?;
    for step in steps {
        outcomes.push(step.run(&transaction).await?);
    }
    while !events.is_empty() {
        // Few different sizes, so that each is prepared only once.
        let size = 1 << events.len().min(EVENTS).ilog2();
        let insert = Entity::insert_many(events.drain(..size));
        transaction.execute_raw(insert.build(connection.get_database_backend())).await?;
    }
    transaction.commit().await?;
    Ok(outcomes)
}

/// On SQLite the lock is taken at once: a transaction that starts with a read cannot wait for it.
pub(crate) async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let sqlite_transaction_mode = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode, ..TransactionOptions::default() };
    connection.begin_with_options(options).await
}
