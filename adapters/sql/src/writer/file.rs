//! Writing to a file of SQLite, over its one connection that writes. Each command to the driver is a
//! trip to another thread and back, so statements of one text make the trip together.

use futures_util::TryStreamExt;
use ports::outbound::Outage;
use sea_orm::{
    DbErr, Statement, Value, Values,
    sqlx::{AssertSqlSafe, Either, Executor, sqlite::SqliteConnection},
};
use sea_query_sqlx::SqlxValues;

use super::{Failure, Outcome, Write};
use crate::{
    disk::{log::Log, place::Place, room::Room},
    failure::{is_full, is_taken, reported},
};

/// The largest number of statements in one round trip: of each text as many variants are prepared.
const TOGETHER: usize = 8;

/// Takes some free pages from the end of the file: few enough for the log of it to fit the reserve.
const SHRINK: &str = "PRAGMA incremental_vacuum(1024)";
/// The number of repetitions before waiting callers have a turn.
const TURNS: u32 = 4;
/// Moves the log into the database, and cuts it off.
const EMPTY_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

/// The measures that a batch may take if the disk is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relief {
    /// Nothing.
    None,
    /// See whether there is space again.
    Looking,
    /// Make space: all of it deletes something.
    Freeing,
}

/// The one connection that writes, and what is known of the disk under it.
pub(crate) struct File {
    pub(crate) connection: SqliteConnection,
    pub(crate) place: Place,
    pub(crate) room: Room,
    pub(crate) log: Log,
}

impl File {
    /// Runs all steps and other statements in one transaction. While the disk is full, only what
    /// frees space is run, and only that and whoever asks how the database is look for space: anybody
    /// else is refused at once.
    pub(super) async fn run(
        &mut self,
        steps: &[Write],
        others: &[Statement],
        relief: Relief,
    ) -> Result<Vec<Outcome>, Failure> {
        self.place.check()?;
        if self.room.is_short() && relief != Relief::None {
            self.make_room().await;
        }
        if self.room.is_short() && relief != Relief::Freeing {
            return Err(Outage::DiskFull.into());
        }
        let ran = run(&mut self.connection, steps, others).await;
        // What went into a file that nobody can find any more is not kept.
        self.place.check()?;
        if ran.as_ref().is_err_and(is_full) {
            self.room.run_short();
        }
        Ok(ran?)
    }

    /// Looks after the disk.
    pub(super) async fn tend(&mut self) {
        if self.place.check().is_err() {
            return;
        }
        if self.room.is_short() {
            self.make_room().await;
        }
        self.log.tend(&mut self.connection).await;
    }

    /// Gives the disk back what the database does not need, and goes on if that is enough.
    async fn make_room(&mut self) {
        self.room.give_up();
        if let Err(error) = shrink(&mut self.connection).await {
            tracing::debug!(%error, "the database cannot be made smaller");
        }
        self.room.take_stock();
    }
}

/// Moves the log into the database, cuts it off, and cuts off the database what is free at its end.
async fn shrink(connection: &mut SqliteConnection) -> Result<(), DbErr> {
    command(connection, EMPTY_LOG).await?;
    for _ in 0..TURNS {
        command(connection, SHRINK).await?;
        command(connection, EMPTY_LOG).await?;
    }
    Ok(())
}

/// Runs all steps and other statements in one transaction. A step that conflicts changes nothing;
/// SQLite goes on with the others.
async fn run(
    connection: &mut SqliteConnection,
    steps: &[Write],
    others: &[Statement],
) -> Result<Vec<Outcome>, DbErr> {
    let alone = steps.len() + others.len() == 1 && steps.iter().all(|step| step.then.is_none());
    if alone {
        return run_inside(connection, steps, others).await;
    }
    // The lock is taken at once: a transaction that began as a reader could not wait for it.
    command(connection, "BEGIN IMMEDIATE").await?;
    let ran = run_inside(connection, steps, others).await;
    let ended = match ran {
        Ok(outcomes) => command(connection, "COMMIT").await.map(|()| outcomes),
        Err(error) => Err(error),
    };
    if ended.is_err() {
        // SQLite may have done it already, and then has nothing to roll back.
        command(connection, "ROLLBACK").await.ok();
    }
    ended
}

async fn run_inside(
    connection: &mut SqliteConnection,
    steps: &[Write],
    others: &[Statement],
) -> Result<Vec<Outcome>, DbErr> {
    let statements = steps.iter().map(|step| &step.statement).chain(others).collect();
    let ran = execute(connection, statements).await?;
    let mut told = Vec::new();
    let outcomes = ran.into_iter().zip(steps).map(|(outcome, step)| {
        let outcome = outcome.of(step.must_hit);
        told.extend(step.then.as_ref().filter(|_| matches!(outcome, Outcome::Changed(1..))));
        outcome
    });
    let outcomes = outcomes.collect();
    execute(connection, told).await?;
    Ok(outcomes)
}

/// Runs statements that do not depend on one another, and returns what each came to.
async fn execute(
    connection: &mut SqliteConnection,
    statements: Vec<&Statement>,
) -> Result<Vec<Outcome>, DbErr> {
    let mut outcomes = vec![Outcome::Conflict; statements.len()];
    let mut waiting: Vec<_> = statements.into_iter().enumerate().collect();
    waiting.sort_by(|(_, a), (_, b)| a.sql.cmp(&b.sql));
    for alike in waiting.chunk_by(|(_, a), (_, b)| a.sql == b.sql) {
        let mut rest = alike;
        while !rest.is_empty() {
            let (some, _) = rest.split_at(rest.len().min(TOGETHER));
            let (changed, conflict) = execute_together(connection, some).await?;
            for ((position, _), rows) in some.iter().zip(&changed) {
                outcomes[*position] = Outcome::Changed(*rows);
            }
            let done = if conflict { changed.len() + 1 } else { some.len() };
            rest = &rest[done..];
        }
    }
    Ok(outcomes)
}

/// Runs statements of one text until one conflicts: how many rows each has changed, and whether the
/// next one conflicts.
async fn execute_together(
    connection: &mut SqliteConnection,
    statements: &[(usize, &Statement)],
) -> Result<(Vec<u64>, bool), DbErr> {
    let text = format!("{};", statements[0].1.sql).repeat(statements.len());
    let values = statements.iter().filter_map(|(_, statement)| statement.values.as_ref());
    let values: Vec<Value> = values.flat_map(|values| values.iter().cloned()).collect();
    let query = sea_orm::sqlx::query_with(AssertSqlSafe(text), SqlxValues(Values(values)));
    let mut changed = Vec::with_capacity(statements.len());
    let mut answers = connection.fetch_many(query);
    loop {
        match answers.try_next().await.map_err(reported) {
            Ok(Some(Either::Left(done))) => changed.push(done.rows_affected()),
            Ok(Some(Either::Right(_))) => {}
            Ok(None) => return Ok((changed, false)),
            Err(error) if is_taken(&error) => return Ok((changed, true)),
            Err(error) => return Err(error),
        }
    }
}

async fn command(connection: &mut SqliteConnection, sql: &'static str) -> Result<(), DbErr> {
    connection.execute(sql).await.map_err(reported)?;
    Ok(())
}
