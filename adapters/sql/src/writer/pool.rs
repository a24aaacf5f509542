//! Writing to PostgreSQL, which many may do at once.

use sea_orm::{ConnectionTrait, DbErr, Statement, TransactionTrait};

use super::{Outcome, Write};
use crate::{
    failure::is_taken,
    server::{Interrupted, Server},
};

/// Runs one step.
pub(super) async fn run_one(server: &Server, step: &Write) -> Result<Outcome, DbErr> {
    let mut attempts = server.attempts();
    loop {
        let attempt = match &step.then {
            None => run_alone(server, step).await,
            Some(then) => run_both(server, step, then).await,
        };
        match attempt {
            Ok(outcome) => return Ok(outcome),
            Err(interrupted) => attempts.after(interrupted).await?,
        }
    }
}

/// Runs all statements, or none.
pub(super) async fn run_all(server: &Server, statements: &[Statement]) -> Result<(), DbErr> {
    let mut attempts = server.attempts();
    loop {
        match try_all(server, statements).await {
            Ok(()) => return Ok(()),
            Err(interrupted) => attempts.after(interrupted).await?,
        }
    }
}

async fn try_all(server: &Server, statements: &[Statement]) -> Result<(), Interrupted> {
    if let [alone] = statements {
        server.pool.execute_raw(alone.clone()).await?;
        return Ok(());
    }
    let transaction = server.pool.begin().await.map_err(uncommitted)?;
    for statement in statements {
        transaction.execute_raw(statement.clone()).await.map_err(uncommitted)?;
    }
    Ok(transaction.commit().await?)
}

async fn run_alone(server: &Server, step: &Write) -> Result<Outcome, Interrupted> {
    Ok(execute(&server.pool, step.statement.clone(), step.must_hit).await?)
}

/// Runs a step and, if it changes anything, what else is to be written then.
async fn run_both(server: &Server, step: &Write, then: &Statement) -> Result<Outcome, Interrupted> {
    let transaction = server.pool.begin().await.map_err(uncommitted)?;
    let outcome = execute(&transaction, step.statement.clone(), step.must_hit).await;
    let outcome = outcome.map_err(uncommitted)?;
    match outcome {
        Outcome::Changed(1..) => {
            transaction.execute_raw(then.clone()).await.map_err(uncommitted)?;
            transaction.commit().await?;
        }
        Outcome::Changed(0) | Outcome::Conflict => {
            transaction.rollback().await.map_err(uncommitted)?;
        }
    }
    Ok(outcome)
}

/// A transaction that has lost its connection before it was committed has changed nothing.
fn uncommitted(error: DbErr) -> Interrupted {
    Interrupted::without_effect(error)
}

async fn execute(
    connection: &impl ConnectionTrait,
    statement: Statement,
    must_hit: bool,
) -> Result<Outcome, DbErr> {
    match connection.execute_raw(statement).await {
        Ok(done) => Ok(Outcome::Changed(done.rows_affected()).of(must_hit)),
        Err(error) if is_taken(&error) => Ok(Outcome::Conflict),
        Err(error) => Err(error),
    }
}
