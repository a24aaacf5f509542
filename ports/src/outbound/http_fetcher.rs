//! Other people's servers.

use async_trait::async_trait;

/// Fetches public documents. The address may come from anybody, so an implementer goes nowhere that
/// only this server can reach, follows no redirect, sends nothing that tells who asks, and gives up
/// in seconds.
#[async_trait]
pub trait HttpFetcher: Send + Sync {
    /// The document at the `https` URL `url`, of at most `longest` bytes.
    ///
    /// # Errors
    ///
    /// A [`FetchError`].
    async fn fetch(&self, url: &str, longest: usize) -> Result<Vec<u8>, FetchError>;
}

/// Why there is no document. For the log; a client learns nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// We do not go there.
    #[error("not fetched: {0}")]
    Forbidden(&'static str),
    /// The answer was not the document.
    #[error("answered with status {0}")]
    Refused(u16),
    /// The document is longer than it may be.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// There was no answer, or not in time.
    #[error("not reached: {0}")]
    Unreachable(String),
}
