//! Documents on other servers.

use async_trait::async_trait;

/// Fetches public documents. The URL may come from an untrusted client: an implementation connects
/// to no address that only this server can reach, follows no redirect, sends nothing that
/// identifies the caller, and times out within seconds.
#[async_trait]
pub trait HttpFetcher: Send + Sync {
    /// Fetches the document at the `https` URL `url`, of at most `longest` bytes.
    ///
    /// # Errors
    ///
    /// A [`FetchError`].
    async fn fetch(&self, url: &str, longest: usize) -> Result<Vec<u8>, FetchError>;
}

/// The reasons for which there is no document. They are logged, and not told to a client.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The URL, or the address behind it, is not allowed.
    #[error("not fetched: {0}")]
    Forbidden(&'static str),
    /// The response has another status than that of a document. It holds the status.
    #[error("answered with status {0}")]
    Refused(u16),
    /// The document is longer than allowed. It holds the limit, in bytes.
    #[error("longer than {0} bytes")]
    TooLong(usize),
    /// There was no response, or it did not arrive in time.
    #[error("not reached: {0}")]
    Unreachable(String),
}
