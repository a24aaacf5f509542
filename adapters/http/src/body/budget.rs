//! The memory that request bodies may take together.

use std::{ops::Deref, sync::Arc, time::Duration};

use bytes::BytesMut;
use domain::{ErrorCode, OAuthError};
use poem::Request;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Room for 512 bodies of the largest size, and for many thousands of the usual one.
const BYTES: usize = 32 * 1024 * 1024;

/// After how long to try again: most bodies arrive within less.
const SOON: Duration = Duration::from_secs(2);

/// What all bodies that are arriving may take together. Bytes count as they arrive, not as they are
/// announced: an announcement costs a stranger nothing.
#[derive(Clone, Debug)]
pub(crate) struct BodyBudget(Arc<Semaphore>);

impl Default for BodyBudget {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(BYTES)))
    }
}

impl BodyBudget {
    /// The budget that a request counts against: the router's, or one of its own if it did not come
    /// through the router.
    pub(crate) fn of(request: &Request) -> Self {
        request.data::<Self>().cloned().unwrap_or_default()
    }
}

/// A body, or as much of it as has arrived. Its bytes count against a budget until it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Received {
    bytes: BytesMut,
    taken: Option<OwnedSemaphorePermit>,
}

impl Received {
    /// Adds bytes that arrived.
    ///
    /// # Errors
    ///
    /// `temporarily_unavailable` if the budget is spent.
    pub(super) fn add(&mut self, data: &[u8], budget: &BodyBudget) -> Result<(), OAuthError> {
        let count = u32::try_from(data.len()).map_err(|_| spent())?;
        let permit = budget.0.clone().try_acquire_many_owned(count).map_err(|_| spent())?;
        match &mut self.taken {
            Some(taken) => taken.merge(permit),
            None => self.taken = Some(permit),
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }
}

impl Deref for Received {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// It is a limit on requests, so it is told with a time to try again (RFC 6585 §4), and makes no line
/// in the log.
fn spent() -> OAuthError {
    let error = OAuthError::new(ErrorCode::TemporarilyUnavailable)
        .hint("too many requests are arriving at once; try again");
    OAuthError { retry_after: Some(SOON), ..error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_budget_refuses_until_a_body_is_dropped() {
        let budget = BodyBudget(Arc::new(Semaphore::new(10)));
        let (mut first, mut second) = (Received::default(), Received::default());
        first.add(b"123456", &budget).expect("there is room");
        second.add(b"1234", &budget).expect("there is room");
        let refused = second.add(b"5", &budget).expect_err("there is none");
        assert_eq!(refused.code, ErrorCode::TemporarilyUnavailable);
        drop(first);
        second.add(b"5", &budget).expect("there is room again");
        assert_eq!(&*second, b"12345");
    }
}
