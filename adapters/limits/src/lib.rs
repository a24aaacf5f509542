//! Token buckets in the memory of one server. They are full again after a restart.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use domain::{Bucket, BucketKey, Exhausted, Limit, LimitKey, Quota, Timestamp};
use moka::{
    ops::compute::{CompResult, Op},
    policy::EvictionPolicy,
    sync::Cache,
};
use ports::outbound::{Clock, Limits};

/// The number of buckets that are kept of each limit: about 15 MB for all of them. To make this
/// many, an attacker needs as many addresses or, to push out a counted account, as many failed
/// sign-ins. The bucket of a whole IPv6 network is asked first, so that there are no more buckets
/// within it than it has tokens.
const BUCKETS: u64 = 20_000;

/// Buckets that are lost when the process ends.
pub struct LocalLimits {
    clock: Arc<dyn Clock>,
    quota: Box<dyn Fn(Limit) -> Quota + Send + Sync>,
    buckets: Cache<(Limit, BucketKey), Bucket>,
}

impl LocalLimits {
    /// Limits of the given quotas.
    #[must_use]
    pub fn new(
        clock: Arc<dyn Clock>,
        quota: impl Fn(Limit) -> Quota + Send + Sync + 'static,
    ) -> Self {
        Self::with_capacity(BUCKETS * Limit::ALL.len() as u64, clock, quota)
    }

    fn with_capacity(
        capacity: u64,
        clock: Arc<dyn Clock>,
        quota: impl Fn(Limit) -> Quota + Send + Sync + 'static,
    ) -> Self {
        // By default a newcomer is turned away in favour of what is used often; it would never be
        // counted then.
        let policy = EvictionPolicy::lru();
        let buckets = Cache::builder().max_capacity(capacity).eviction_policy(policy).build();
        Self { clock, quota: Box::new(quota), buckets }
    }

    fn bucket(&self, limit: Limit, key: BucketKey) -> Bucket {
        self.buckets.get(&(limit, key)).unwrap_or_default()
    }

    /// The buckets of a key, each with its quota.
    fn all(&self, limit: Limit, key: LimitKey) -> impl Iterator<Item = (BucketKey, Quota)> {
        let quota = (self.quota)(limit);
        key.buckets().map(move |(bucket, times)| (bucket, quota.times(times)))
    }

    fn take_one(
        &self,
        (limit, key): (Limit, BucketKey),
        quota: Quota,
        now: Timestamp,
    ) -> Result<(), Exhausted> {
        let taken = self.buckets.entry((limit, key)).and_try_compute_with(|held| {
            let bucket = held.map(moka::Entry::into_value).unwrap_or_default();
            bucket.take(quota, now).map(Op::Put)
        });
        taken.map(drop)
    }

    fn give_one_back(&self, (limit, key): (Limit, BucketKey), quota: Quota, now: Timestamp) {
        // Most that succeed never failed: they have no bucket, and need no lock to learn that.
        if !self.buckets.contains_key(&(limit, key)) {
            return;
        }
        let _: CompResult<_, _> = self.buckets.entry((limit, key)).and_compute_with(|held| {
            let Some(held) = held else { return Op::Nop };
            let bucket = held.into_value().give_back(quota);
            if bucket.used(quota, now) == 0 { Op::Remove } else { Op::Put(bucket) }
        });
    }
}

impl fmt::Debug for LocalLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalLimits(..)")
    }
}

#[async_trait]
impl Limits for LocalLimits {
    async fn check(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted> {
        let now = self.clock.now();
        self.all(limit, key)
            .try_for_each(|(key, quota)| self.bucket(limit, key).take(quota, now).map(drop))
    }

    async fn take(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted> {
        let now = self.clock.now();
        for (n, (bucket, quota)) in self.all(limit, key).enumerate() {
            if let Err(exhausted) = self.take_one((limit, bucket), quota, now) {
                for (wider, quota) in self.all(limit, key).take(n) {
                    self.give_one_back((limit, wider), quota, now);
                }
                return Err(exhausted);
            }
        }
        Ok(())
    }

    async fn give_back(&self, limit: Limit, key: LimitKey) {
        let now = self.clock.now();
        for (bucket, quota) in self.all(limit, key) {
            self.give_one_back((limit, bucket), quota, now);
        }
    }

    async fn used(&self, limit: Limit, key: LimitKey) -> u32 {
        let (quota, now) = ((self.quota)(limit), self.clock.now());
        let used = key.buckets().map(|(bucket, times)| {
            self.bucket(limit, bucket).used(quota.times(times), now) / times
        });
        used.max().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use adapter_memory::ManualClock;

    use super::*;

    #[expect(clippy::unused_async, reason = "the suites await a fresh adapter")]
    async fn fresh() -> contract::limits::Fresh {
        let clock = Arc::new(ManualClock::at(contract::NOW));
        let limits = LocalLimits::new(clock.clone(), |_| contract::limits::QUOTA);
        contract::limits::Fresh {
            limits: Arc::new(limits),
            wait: Box::new(move |seconds| clock.advance(seconds)),
        }
    }

    contract::limits!(fresh());

    #[tokio::test]
    async fn the_number_of_buckets_is_bounded_and_the_newest_are_kept() {
        let clock = Arc::new(ManualClock::at(contract::NOW));
        let capacity = 1_000;
        let limits = LocalLimits::with_capacity(capacity, clock, |_| contract::limits::QUOTA);
        let key = |n: u64| LimitKey::account(&n.to_string());
        for n in 0..capacity + 5_000 {
            limits.take(Limit::SignIn, key(n)).await.expect("a fresh bucket");
        }
        limits.buckets.run_pending_tasks();
        assert!(limits.buckets.entry_count() <= capacity);
        assert_eq!(limits.used(Limit::SignIn, key(capacity + 4_999)).await, 1);
        assert_eq!(limits.used(Limit::SignIn, key(0)).await, 0);
    }

    #[tokio::test]
    async fn one_wide_network_pushes_nobody_out() {
        let clock = Arc::new(ManualClock::at(contract::NOW));
        let limits = LocalLimits::with_capacity(1_000, clock, |_| contract::limits::QUOTA);
        let person = LimitKey::account("ada");
        limits.take(Limit::SignIn, person).await.expect("a token");
        for subnet in 0..=u16::MAX {
            let address = std::net::Ipv6Addr::new(0x2001, 0xdb8, 1, subnet, 0, 0, 0, 1);
            let key = LimitKey::address(domain::AddressBlocks::at(address.into()));
            let _: Result<_, _> = limits.take(Limit::SignIn, key).await;
        }
        limits.buckets.run_pending_tasks();
        let shares = u64::from(contract::limits::QUOTA.burst() * 16);
        assert!(limits.buckets.entry_count() <= 1 + 1 + shares + shares);
        assert_eq!(limits.used(Limit::SignIn, person).await, 1);
    }
}
