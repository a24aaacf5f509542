//! Writing to PostgreSQL, which many may do at once.

use sea_orm::{
    DbErr, Statement,
    sqlx::{Connection, Executor, Postgres, Transaction, postgres::PgConnection},
};

use super::{Outcome, Write};
use crate::{
    failure::{is_taken, reported},
    server::{Interrupted, Server, prepared},
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
    let mut lease = server.connections.lease().await?;
    if let [alone] = statements {
        let done = lease.execute(prepared(alone.clone())).await.map_err(reported);
        lease.after(done)?;
        return Ok(());
    }
    let mut transaction = begin(&mut lease).await.map_err(uncommitted)?;
    for statement in statements {
        let statement = prepared(statement.clone());
        transaction.execute(statement).await.map_err(reported).map_err(uncommitted)?;
    }
    transaction.commit().await.map_err(reported)?;
    lease.keep();
    Ok(())
}

async fn run_alone(server: &Server, step: &Write) -> Result<Outcome, Interrupted> {
    let mut lease = server.connections.lease().await?;
    let outcome = execute(&mut lease, step.statement.clone(), step.must_hit).await;
    Ok(lease.after(outcome)?)
}

/// Runs a step and, if it changes anything, what else is to be written then.
async fn run_both(server: &Server, step: &Write, then: &Statement) -> Result<Outcome, Interrupted> {
    let mut lease = server.connections.lease().await?;
    let mut transaction = begin(&mut lease).await.map_err(uncommitted)?;
    let outcome = execute(&mut transaction, step.statement.clone(), step.must_hit).await;
    let outcome = outcome.map_err(uncommitted)?;
    match outcome {
        Outcome::Changed(1..) => {
            let then = prepared(then.clone());
            transaction.execute(then).await.map_err(reported).map_err(uncommitted)?;
            transaction.commit().await.map_err(reported)?;
        }
        Outcome::Changed(0) | Outcome::Conflict => {
            transaction.rollback().await.map_err(reported).map_err(uncommitted)?;
        }
    }
    lease.keep();
    Ok(outcome)
}

async fn begin(connection: &mut PgConnection) -> Result<Transaction<'_, Postgres>, DbErr> {
    connection.begin().await.map_err(reported)
}

/// A transaction that has lost its connection before it was committed has changed nothing.
fn uncommitted(error: DbErr) -> Interrupted {
    Interrupted::without_effect(error)
}

async fn execute(
    connection: &mut PgConnection,
    statement: Statement,
    must_hit: bool,
) -> Result<Outcome, DbErr> {
    match connection.execute(prepared(statement)).await.map_err(reported) {
        Ok(done) => Ok(Outcome::Changed(done.rows_affected()).of(must_hit)),
        Err(error) if is_taken(&error) => Ok(Outcome::Conflict),
        Err(error) => Err(error),
    }
}
