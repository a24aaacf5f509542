//! Rivals that start at the same moment.

use std::sync::Arc;

use ports::outbound::StoreError;
use tokio::{sync::Barrier, task::JoinSet};

/// The number of rivals.
const RIVALS: usize = 16;

/// Lets rivals race, and counts the winners. Each waits at the barrier when it has read and before
/// it writes, so that a missing guard fails every time and not now and then. Whoever does not win
/// must be told that somebody else was first.
pub(crate) async fn winners<F, A>(run: F) -> usize
where
    F: Fn(Arc<Barrier>) -> A,
    A: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(RIVALS));
    let mut rivals = JoinSet::new();
    for _ in 0..RIVALS {
        rivals.spawn(run(Arc::clone(&barrier)));
    }
    let answers = rivals.join_all().await;
    let lost = |answer: &&_| matches!(answer, Err(StoreError::Conflict));
    let winners = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(answers.iter().filter(lost).count(), RIVALS - winners, "{answers:?}");
    winners
}
