//! Every use case but discovery, of which none is available.

mod back;
mod front;

use domain::{ErrorCode, OAuthError};

/// An application whose use cases all fail with `temporarily_unavailable`.
pub(crate) struct Nobody;

fn nobody() -> OAuthError {
    OAuthError::new(ErrorCode::TemporarilyUnavailable)
}
