//! Bodies of requests.

use std::{io, time::Duration};

use bytes::{Bytes, BytesMut};
use domain::{ErrorCode, OAuthError};
use http_body_util::{BodyExt, combinators::BoxBody};
use poem::RequestBody;
use tokio::time::timeout;

use crate::failure::Unreadable;

/// More than any honest form needs.
pub(crate) const FORM: usize = 64 * 1024;
/// More than any honest JSON body needs.
pub(crate) const JSON: usize = 1024 * 1024;

/// How much of a body that is too large is taken in.
const TAKEN_IN: usize = 1024 * 1024;
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(body: &mut RequestBody, limit: usize) -> Result<Bytes, Unreadable> {
    let Ok(body) = body.take() else { return Ok(Bytes::new()) };
    match timeout(PATIENCE, collect(body.into(), limit)).await {
        Ok(read) => read,
        Err(_) => Err(malformed("the body did not arrive in time").into()),
    }
}

/// What is too much is not kept, but some of it is still taken in: a connection that is closed with
/// bytes under way may take the answer with it.
async fn collect(mut body: BoxBody<Bytes, io::Error>, limit: usize) -> Result<Bytes, Unreadable> {
    let (mut kept, mut length) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| malformed("the body breaks off").because(error))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= limit {
            kept.extend_from_slice(&data);
        } else if length > limit + TAKEN_IN {
            break;
        }
    }
    if length > limit { Err(Unreadable::TooLarge(limit)) } else { Ok(kept.freeze()) }
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
