//! Request bodies: their limits, and reading them.

mod budget;
mod ledger;

use std::{io, time::Duration};

use bytes::Bytes;
use domain::{ErrorCode, OAuthError};
use http_body_util::{BodyExt, combinators::BoxBody};
use poem::Body;
use tokio::time::timeout;

pub(crate) use self::budget::{BodyBudget, BudgetShare, Received};
use crate::failure::Unreadable;

/// The greatest length of a body, in bytes. Honest forms and honest metadata are shorter.
const LIMIT: usize = 64 * 1024;
/// The number of bytes that are read and discarded of a body that is too long.
const TAKEN_IN: usize = 1024 * 1024;
/// The greatest time that a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body, which counts against the budget as long as it is kept.
pub(crate) async fn read(body: Body, share: BudgetShare) -> Result<Received, Unreadable> {
    match timeout(PATIENCE, collect(body.into(), share)).await {
        Ok(read) => read,
        Err(_) => Err(malformed("the body did not arrive in time").into()),
    }
}

/// Reads a body. Bytes beyond the limit are discarded, but some are still read: if a connection is
/// closed with unread bytes, the client may not receive the response.
async fn collect(
    mut body: BoxBody<Bytes, io::Error>,
    share: BudgetShare,
) -> Result<Received, Unreadable> {
    let (mut kept, mut length) = (share.begin(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| malformed("the body breaks off").because(error))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= LIMIT {
            kept.add(&data)?;
        } else if length > LIMIT + TAKEN_IN {
            break;
        }
    }
    if length > LIMIT { Err(Unreadable::TooLarge(LIMIT)) } else { Ok(kept.finish()?) }
}

/// Compares the media type of a `Content-Type` header with `expected`, regardless of its
/// parameters.
pub(crate) fn is(content_type: Option<&str>, expected: &str) -> bool {
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(expected)
}

/// The error of a malformed request (`invalid_request`).
pub(crate) fn malformed(hint: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest).hint(hint)
}
