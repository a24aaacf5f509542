//! The contract of `Limits`.
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{Limit, LimitKey, Quota};
use ports::outbound::Limits;
use tokio::task::JoinSet;

/// What every limit has while the suite runs: three at once, then one a minute.
pub const QUOTA: Quota = Quota::new(3, 60).expect("lawful");

/// A fresh adapter, in which every quota is [`QUOTA`], and a way to let seconds pass.
pub struct Fresh {
    /// The adapter.
    pub limits: Arc<dyn Limits>,
    /// Moves its clock forward.
    pub wait: Box<dyn Fn(i64) + Send + Sync>,
}

const LIMIT: Limit = Limit::SignIn;

fn key(name: &str) -> LimitKey {
    LimitKey::account(name)
}

async fn empty(limits: &Arc<dyn Limits>, name: &str) {
    for _ in 0..QUOTA.burst() {
        limits.take(LIMIT, key(name)).await.expect("a token");
    }
}

/// A bucket empties, refuses, and fills up with time.
pub async fn a_bucket_empties_and_fills_up(fresh: Arc<Fresh>) {
    let limits = &fresh.limits;
    empty(limits, "a").await;
    let refused = limits.take(LIMIT, key("a")).await.expect_err("empty");
    assert_eq!(refused.retry_after.as_secs(), 60);
    assert_eq!(limits.check(LIMIT, key("a")).await, Err(refused));
    assert_eq!(limits.used(LIMIT, key("a")).await, 3);
    (fresh.wait)(60);
    assert_eq!(limits.check(LIMIT, key("a")).await, Ok(()));
    assert_eq!(limits.take(LIMIT, key("a")).await, Ok(()));
    assert!(limits.take(LIMIT, key("a")).await.is_err());
}

/// Another key and another limit have buckets of their own.
pub async fn buckets_do_not_share(fresh: Arc<Fresh>) {
    let limits = &fresh.limits;
    empty(limits, "a").await;
    assert_eq!(limits.take(LIMIT, key("b")).await, Ok(()));
    assert_eq!(limits.take(Limit::Registration, key("a")).await, Ok(()));
}

/// What is given back can be taken again, and a full bucket takes nothing.
pub async fn what_is_given_back_does_not_count(fresh: Arc<Fresh>) {
    let limits = &fresh.limits;
    limits.give_back(LIMIT, key("a")).await;
    empty(limits, "a").await;
    assert!(limits.take(LIMIT, key("a")).await.is_err());
    limits.give_back(LIMIT, key("a")).await;
    assert_eq!(limits.used(LIMIT, key("a")).await, 2);
    assert_eq!(limits.take(LIMIT, key("a")).await, Ok(()));
}

/// Of many at once, no more succeed than there are tokens.
pub async fn many_at_once_get_no_more_than_there_is(fresh: Arc<Fresh>) {
    let mut racing = JoinSet::new();
    for _ in 0..50 {
        let limits = fresh.limits.clone();
        racing.spawn(async move { limits.take(LIMIT, key("a")).await.is_ok() });
    }
    let won = racing.join_all().await.into_iter().filter(|won| *won).count();
    assert_eq!(won, 3);
}
