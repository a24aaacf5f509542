//! Rate limits.

use async_trait::async_trait;
use domain::{Exhausted, Limit, LimitKey};

/// Stores token buckets. A limit and a key name the buckets that [`LimitKey::buckets`] lists, each
/// with its multiple of the quota of the limit. A bucket that was never taken from is full. An
/// implementation may drop the least recently used buckets if there are too many.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Checks that each bucket has a token, and takes none.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there is none.
    async fn check(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted>;

    /// Takes one token from each bucket, or from none. Of concurrent callers, no more succeed than
    /// there are tokens.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if one has none.
    async fn take(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted>;

    /// Returns one token to each bucket, for an attempt that does not count after all.
    async fn give_back(&self, limit: Limit, key: LimitKey);

    /// Reads the number of missing tokens: that of each bucket divided by its multiple of the
    /// quota, and of these the largest. So an unused address in a network with many failures
    /// differs from one in a network without.
    async fn used(&self, limit: Limit, key: LimitKey) -> u32;
}
