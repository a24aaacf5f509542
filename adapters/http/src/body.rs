//! Bodies of requests.

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

/// The most bytes that a body may have: more than any honest form or any honest metadata needs.
const LIMIT: usize = 64 * 1024;
/// How much of a body that is too large is taken in.
const TAKEN_IN: usize = 1024 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body, which counts against a budget as long as it is kept.
pub(crate) async fn read(body: Body, share: BudgetShare) -> Result<Received, Unreadable> {
    match timeout(PATIENCE, collect(body.into(), share)).await {
        Ok(read) => read,
        Err(_) => Err(malformed("the body did not arrive in time").into()),
    }
}

/// What is too much is not kept, but some of it is still taken in: a connection that is closed with
/// bytes under way may take the answer with it.
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

/// Whether a `Content-Type` is this one, whatever its parameters.
pub(crate) fn is(content_type: Option<&str>, expected: &str) -> bool {
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(expected)
}

/// A request that makes no sense.
pub(crate) fn malformed(hint: impl Into<String>) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest).hint(hint)
}
