//! Requests that lead nowhere, as the person is told of them.

use domain::{AuthorizationRequest, Client, ClientId, legible, shortened};
use ports::inbound::{InteractionFault, UnknownClient, UnknownRedirectUri};

/// The longest text of a stranger that is written into the log whole, in characters.
const LONGEST: usize = 200;

/// A request whose client is not registered, or not any more.
pub(crate) fn unknown_client(client: &ClientId, redirect_uri: Option<&str>) -> UnknownClient {
    UnknownClient {
        client_id: client.as_str().to_owned(),
        redirect_uri: redirect_uri.map(str::to_owned),
    }
}

/// The same, of a request that was believed once.
pub(crate) fn client_is_gone(request: &AuthorizationRequest) -> InteractionFault {
    let uri = request.callback().redirect_uri.as_str();
    InteractionFault::UnknownClient(unknown_client(&request.access.client, Some(uri)))
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
pub(super) fn cut(text: &str) -> String {
    let text = legible(text);
    shortened(&text, LONGEST).unwrap_or(text)
}
