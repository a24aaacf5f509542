//! The clock, the entropy and the audit record, which every use case needs.

use std::{fmt, sync::Arc};

use domain::{Action, ErrorCode, Event, OAuthError, RequestSource, Secret, Timestamp};
use ports::outbound::{Audit, Clock, Entropy, StoreError};

/// The clock, the entropy and the audit record.
#[derive(Clone)]
pub struct Context {
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Unpredictable bytes.
    pub entropy: Arc<dyn Entropy>,
    /// The audit record.
    pub audit: Arc<dyn Audit>,
}

impl Context {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn secret(&self) -> Secret {
        self.entropy.secret()
    }

    pub(crate) fn id<T>(&self, name: impl Fn(String) -> T) -> T {
        name(self.entropy.id())
    }

    pub(crate) fn event(&self, action: Action, origin: &RequestSource) -> Event {
        Event::new(action, self.now(), origin)
    }

    /// Notes a refusal because of too many requests, and hands the answer on.
    pub(crate) async fn note_limit<T>(
        &self,
        answer: Result<T, OAuthError>,
        origin: &RequestSource,
    ) -> Result<T, OAuthError> {
        if let Err(error) = &answer
            && error.retry_after.is_some()
        {
            let hint = error.hint.as_deref().unwrap_or("too many requests");
            self.record(self.event(Action::LimitExceeded, origin).refused(hint)).await?;
        }
        answer
    }

    /// Writes an event down. What it accounts for must not be answered before.
    pub(crate) async fn record(&self, event: Event) -> Result<(), OAuthError> {
        self.audit.record(event).await.map_err(broken)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Context")
    }
}

/// A failure of the store, as far as a client may know: passing, or not.
pub(crate) fn broken(error: StoreError) -> OAuthError {
    let code = match error {
        StoreError::Unavailable(_) | StoreError::OutOfOrder(_) | StoreError::Conflict => {
            ErrorCode::TemporarilyUnavailable
        }
        StoreError::Corrupt { .. } => ErrorCode::ServerError,
    };
    let hint = match code {
        ErrorCode::TemporarilyUnavailable => "try again in a moment",
        _ => "it is the server's fault; its log says more",
    };
    OAuthError::new(code).hint(hint).because(error)
}
