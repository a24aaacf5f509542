//! Writing to PostgreSQL, which many may do at once.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement, TransactionTrait};

use super::{Outcome, Write};
use crate::failure::is_taken;

/// Runs one step.
pub(super) async fn run_one(pool: &DatabaseConnection, step: Write) -> Result<Outcome, DbErr> {
    let Some(then) = step.then else {
        return execute(pool, step.statement, step.must_hit).await;
    };
    let transaction = pool.begin().await?;
    let outcome = execute(&transaction, step.statement, step.must_hit).await?;
    match outcome {
        Outcome::Changed(1..) => {
            transaction.execute_raw(then).await?;
            transaction.commit().await?;
        }
        Outcome::Changed(0) | Outcome::Conflict => transaction.rollback().await?,
    }
    Ok(outcome)
}

/// Runs all statements, or none.
pub(super) async fn run_all(
    pool: &DatabaseConnection,
    mut statements: Vec<Statement>,
) -> Result<(), DbErr> {
    if statements.len() == 1 {
        return pool.execute_raw(statements.remove(0)).await.map(drop);
    }
    let transaction = pool.begin().await?;
    for statement in statements {
        transaction.execute_raw(statement).await?;
    }
    transaction.commit().await
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
