//! Counting the attempts of strangers.

use async_trait::async_trait;
use domain::{Exhausted, Limit, LimitKey};

/// Keeps the token buckets: for each limit and key, as many as [`LimitKey::buckets`] tells of, each with so
/// many times the quota of the limit. A bucket that nobody has taken from is full.
/// Buckets may be forgotten when there are too many, least recently used first.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Whether there is a token in each bucket. Takes none.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there is none.
    async fn check(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted>;

    /// Takes one token from each bucket, or from none. Of several callers at once, no more succeed than
    /// there are tokens.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if one has none.
    async fn take(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted>;

    /// Puts one token back into each bucket, because the attempt it was taken for does not count after all.
    async fn give_back(&self, limit: Limit, key: LimitKey);

    /// How many tokens are missing: of the shares that a bucket has, from each, and of all buckets the
    /// most. A fresh address in a network from which much has failed is not like one of good repute.
    async fn used(&self, limit: Limit, key: LimitKey) -> u32;
}
