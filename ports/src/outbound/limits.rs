//! Counting the attempts of strangers.

use async_trait::async_trait;
use domain::{Exhausted, Limit, LimitKey};

/// Keeps the token buckets, one for each limit and key. A bucket that nobody has taken from is full.
/// Buckets may be forgotten when there are too many, least recently used first.
#[async_trait]
pub trait Limits: Send + Sync {
    /// Whether there is a token. Takes none.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there is none.
    async fn check(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted>;

    /// Takes one token. Of several callers at once, no more succeed than there are tokens.
    ///
    /// # Errors
    ///
    /// [`Exhausted`], if there is none.
    async fn take(&self, limit: Limit, key: LimitKey) -> Result<(), Exhausted>;

    /// Puts one token back, because the attempt it was taken for does not count after all.
    async fn give_back(&self, limit: Limit, key: LimitKey);

    /// How many tokens are missing.
    async fn used(&self, limit: Limit, key: LimitKey) -> u32;
}
