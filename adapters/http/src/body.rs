//! Bodies of requests.

use std::{io, time::Duration};

use bytes::Bytes;
use domain::{ErrorCode, OAuthError};
use http_body_util::{BodyExt, LengthLimitError, Limited, combinators::BoxBody};
use poem::RequestBody;
use tokio::time::timeout;

use crate::failure::Unreadable;

/// More than any honest form needs.
pub(crate) const FORM: usize = 64 * 1024;
/// More than any honest JSON body needs.
pub(crate) const JSON: usize = 1024 * 1024;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads a body of at most `limit` bytes.
pub(crate) async fn read(body: &mut RequestBody, limit: usize) -> Result<Bytes, Unreadable> {
    let Ok(body) = body.take() else { return Ok(Bytes::new()) };
    let body: BoxBody<Bytes, io::Error> = body.into();
    match timeout(PATIENCE, Limited::new(body, limit).collect()).await {
        Ok(Ok(all)) => Ok(all.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unreadable::TooLarge(limit)),
        Ok(Err(error)) => Err(malformed("the body breaks off").because(error).into()),
        Err(_) => Err(malformed("the body did not arrive in time").into()),
    }
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
