//! The contract of `Limits`.
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::{net::Ipv6Addr, sync::Arc};

use domain::{AddressBlocks, Limit, LimitKey, Quota};
use ports::outbound::Limits;
use tokio::task::JoinSet;

/// The quota of every limit while the suite runs: three tokens, then one a minute.
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

/// A returned token can be taken again, and a full bucket gets none.
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

/// The key of a /64 in a /48, in a /56 of its own.
fn subnet(n: u8) -> LimitKey {
    let address = Ipv6Addr::new(0x2001, 0xdb8, 1, u16::from(n) << 8, 0, 0, 0, 1);
    LimitKey::address(AddressBlocks::at(address.into()))
}

/// However many networks somebody has in a wide one, they get sixteen shares together.
pub async fn the_networks_within_a_wide_one_share_a_larger_bucket(fresh: Arc<Fresh>) {
    let limits = &fresh.limits;
    let mut taken = 0;
    for n in 0..=u8::MAX {
        taken += u32::from(limits.take(LIMIT, subnet(n)).await.is_ok());
    }
    assert_eq!(taken, 16 * QUOTA.burst());
    assert!(limits.check(LIMIT, subnet(200)).await.is_err());
    assert_eq!(limits.used(LIMIT, subnet(200)).await, 3, "a fresh one is not of good repute");
    limits.give_back(LIMIT, subnet(0)).await;
    assert_eq!(limits.take(LIMIT, subnet(200)).await, Ok(()));
}

/// A refusal by one bucket takes no token from another.
pub async fn a_refused_attempt_takes_nothing(fresh: Arc<Fresh>) {
    let limits = &fresh.limits;
    for _ in 0..1000 {
        let _: Result<_, _> = limits.take(LIMIT, subnet(0)).await;
    }
    assert_eq!(limits.used(LIMIT, subnet(1)).await, 0, "three failures are no neighbour's");
    assert_eq!(limits.take(LIMIT, subnet(1)).await, Ok(()));
}
