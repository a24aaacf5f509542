//! Clients that prove who they are at the token, introspection and revocation endpoints.

use std::sync::Arc;

use domain::{
    Action, AddressBlocks, Client, ClientCredentials, ErrorCode, Event, Limit, LimitKey,
    OAuthError, RequestSource,
};
use ports::outbound::Limits;

use super::ClientCache;
use crate::Context;

/// Authenticates clients (OAuth 2.1 §2.4), and limits how often they fail.
pub struct ClientAuthentication {
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// Counts failures.
    pub limits: Arc<dyn Limits>,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

impl ClientAuthentication {
    /// Does `work` for a client that authenticates, unless it has failed too often from this address. A
    /// failure counts, of `work` too; a success makes up for one, so that an address that many people
    /// share is not shut out by the few failures among what works.
    ///
    /// # Errors
    ///
    /// `invalid_client` if the client does not prove who it is, `temporarily_unavailable` at the limit,
    /// and what `work` fails with. The first two are recorded.
    pub(crate) async fn admit<T>(
        &self,
        presented: &ClientCredentials,
        origin: &RequestSource,
        work: impl AsyncFnOnce(Arc<Client>) -> Result<T, OAuthError>,
    ) -> Result<T, OAuthError> {
        let key = LimitKey::client_at(&presented.client, AddressBlocks::of(origin));
        let checked = self.limits.check(Limit::ClientFailures, key).await;
        self.context.note_limit(checked.map_err(OAuthError::from), origin).await?;
        let done = match self.authenticate(presented, origin).await {
            Ok(client) => work(client).await,
            Err(error) => Err(error),
        };
        self.count(&done, key).await;
        self.context.note_limit(done, origin).await
    }

    async fn count<T>(&self, done: &Result<T, OAuthError>, key: LimitKey) {
        match done {
            Ok(_) => self.limits.give_back(Limit::ClientFailures, key).await,
            Err(error) if is_the_clients(error) => {
                // Of many failures at once, those beyond the limit have been answered already.
                let _: Result<_, _> = self.limits.take(Limit::ClientFailures, key).await;
            }
            Err(_) => {}
        }
    }

    async fn authenticate(
        &self,
        presented: &ClientCredentials,
        origin: &RequestSource,
    ) -> Result<Arc<Client>, OAuthError> {
        let error = match self.clients.authenticate(presented).await {
            Err(error) if error.code == ErrorCode::InvalidClient => error,
            answer => return answer,
        };
        let reason = error.reason.as_ref().map(ToString::to_string).unwrap_or_default();
        let event = Event {
            client: Some(presented.client.shortened()),
            ..self.context.event(Action::ClientAuthentication, origin).refused(reason)
        };
        self.context.record(event).await?;
        Err(error)
    }
}

/// Whether it is the client's failure, and not the server's.
fn is_the_clients(error: &OAuthError) -> bool {
    !matches!(error.code, ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable)
}
