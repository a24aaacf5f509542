//! A client as people see it.

use domain::{Client, Image, RedirectUri};
use ports::inbound::ClientView;

/// The view of a client for people who are about to be sent back to it.
pub(crate) fn client_view(
    client: &Client,
    redirect_uri: &RedirectUri,
    logo: Option<Image>,
) -> ClientView {
    ClientView {
        id: client.id.clone(),
        name: client.display_name(),
        self_registered: client.is_self_registered(),
        redirect_uri: redirect_uri.clone(),
        logo,
        client_uri: client.metadata.client_uri.clone(),
        tos_uri: client.metadata.tos_uri.clone(),
        policy_uri: client.metadata.policy_uri.clone(),
    }
}
