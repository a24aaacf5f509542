//! Limits on what clients get wrong.

use domain::{AddressBlocks, ClientId, ErrorCode, Limit, LimitKey, OAuthError, Origin};
use ports::outbound::Limits;

/// Does `work` for a client unless it has failed too often from this address. A failure counts; a
/// success makes up for one, so that an address that many people share is not shut out by the few
/// failures among what works.
pub(crate) async fn limit_failures<T>(
    limits: &dyn Limits,
    client: &ClientId,
    origin: &Origin,
    work: impl Future<Output = Result<T, OAuthError>>,
) -> Result<T, OAuthError> {
    let key = LimitKey::client_at(client, AddressBlocks::of(origin));
    limits.check(Limit::ClientFailures, key).await?;
    let done = work.await;
    match &done {
        Ok(_) => limits.give_back(Limit::ClientFailures, key).await,
        Err(error) if is_the_clients(error) => {
            // Of many failures at once, those beyond the limit have been answered already.
            let _: Result<_, _> = limits.take(Limit::ClientFailures, key).await;
        }
        Err(_) => {}
    }
    done
}

/// Whether it is the client's failure, and not the server's.
fn is_the_clients(error: &OAuthError) -> bool {
    !matches!(error.code, ErrorCode::ServerError | ErrorCode::TemporarilyUnavailable)
}
