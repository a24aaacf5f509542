//! Values as columns hold them.

use std::error::Error;

use domain::Digest;

/// The reason for which a row cannot be read.
pub(crate) type RowError = Box<dyn Error + Send + Sync>;

/// A revision, as a column holds it.
pub(crate) fn signed(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

/// Reads a digest.
pub(crate) fn digest(raw: Vec<u8>) -> Result<Digest, RowError> {
    let raw = <[u8; 32]>::try_from(raw).map_err(|_| "a digest of another length")?;
    Ok(Digest::from_bytes(raw))
}
