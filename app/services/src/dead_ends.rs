//! Requests that lead nowhere: what the person is told of them, and what the log.

use domain::{
    AddressBlocks, AuthorizationRequest, Client, ClientId, Interaction, Limit, LimitKey, Origin,
    legible, shortened,
};
use ports::inbound::{Fault, UnknownClient, UnknownRedirectUri};

use crate::Flow;

/// The longest text of a stranger that is written into the log whole, in characters.
const LONGEST: usize = 200;

impl Flow {
    /// Notes that a request names a client that nobody here knows. A flood of them leaves one line a
    /// while for each address.
    pub(crate) async fn note_unknown_client(&self, unknown: &UnknownClient, origin: &Origin) {
        let key = LimitKey::address(AddressBlocks::of(origin));
        if self.limits.take(Limit::Alarm, key).await.is_ok() {
            tracing::info!(
                client_id = ?cut(&unknown.client_id),
                redirect_uri = ?unknown.redirect_uri.as_deref().map(cut),
                "an authorization request names a client that is not registered here; it was deleted, \
                 or registered elsewhere"
            );
        }
    }

    /// Notes that a client asks to be answered where it is not registered, once a while for each
    /// client and address.
    pub(crate) async fn note_redirect_uri(&self, unknown: &UnknownRedirectUri, origin: &Origin) {
        let key = LimitKey::client_at(&unknown.client, AddressBlocks::of(origin));
        if self.limits.take(Limit::Alarm, key).await.is_ok() {
            tracing::warn!(
                client_id = %unknown.client,
                redirect_uri = ?unknown.requested.as_deref().map(cut),
                registered = unknown.registered,
                "an authorization request names a redirect URI that the client has not registered"
            );
        }
    }

    /// Says that an interaction is finished, and by whom it was begun.
    pub(crate) async fn answered(&self, interaction: &Interaction) -> Fault {
        // What cannot be found out is not shown.
        let client = self.client_of(&interaction.purpose).await.unwrap_or_default();
        Fault::Answered(client.map(Box::new))
    }
}

/// A request whose client is not registered, or not any more.
pub(crate) fn unknown_client(client: &ClientId, redirect_uri: Option<&str>) -> UnknownClient {
    UnknownClient {
        client_id: client.as_str().to_owned(),
        redirect_uri: redirect_uri.map(str::to_owned),
    }
}

/// The same, of a request that was believed once.
pub(crate) fn client_is_gone(request: &AuthorizationRequest) -> Fault {
    let uri = request.back.redirect_uri.as_str();
    Fault::UnknownClient(unknown_client(&request.client, Some(uri)))
}

/// A request for an answer where the client has not registered that it may be answered.
pub(crate) fn unknown_redirect_uri(client: &Client, requested: Option<&str>) -> UnknownRedirectUri {
    UnknownRedirectUri {
        client: client.id.clone(),
        name: client.display_name(),
        self_registered: client.is_self_registered(),
        registered: client.metadata.redirect_uris.len(),
        requested: requested.map(str::to_owned),
    }
}

/// As much of a stranger's text as is worth a line, without anything that cannot be seen.
fn cut(text: &str) -> String {
    let text = legible(text);
    shortened(&text, LONGEST).unwrap_or(text)
}
