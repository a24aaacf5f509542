//! The limit on what browsers in which nobody is signed in may begin.

use std::sync::Arc;

use domain::{AddressBlocks, Limit, LimitKey, OAuthError, RequestSource};
use ports::outbound::Limits;

use crate::Context;

/// Counts requests of browsers without a session, by address.
pub struct VisitLimit {
    /// The buckets.
    pub limits: Arc<dyn Limits>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl VisitLimit {
    /// Counts a request of a browser in which nobody is signed in.
    ///
    /// # Errors
    ///
    /// `temporarily_unavailable` at the limit; it is recorded.
    pub(crate) async fn count(&self, origin: &RequestSource) -> Result<(), OAuthError> {
        let key = LimitKey::address(AddressBlocks::of(origin));
        let taken = self.limits.take(Limit::Authorization, key).await;
        self.context.note_limit(taken.map_err(OAuthError::from), origin).await
    }
}
