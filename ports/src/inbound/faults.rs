//! The errors that a browser sees as a page.

use domain::{ClientId, InteractionError, OAuthError};

use super::ClientView;

/// The reasons for which an interaction cannot go on. They are shown to the person, not sent to the
/// client.
#[derive(Debug, thiserror::Error)]
pub enum InteractionFault {
    /// The interaction has expired, is finished, or is bound to another browser.
    #[error(transparent)]
    Interaction(#[from] InteractionError),
    /// The interaction is finished. It holds the client that has been answered; `None` if it was
    /// for the account page, or if the client is not registered any more.
    #[error("the sign-in is already finished")]
    Answered(Option<Box<ClientView>>),
    /// The client is not registered, or not any more.
    #[error("the client is not registered here")]
    UnknownClient(UnknownClient),
    /// The client has not registered the redirect URI of the request, or not any more.
    #[error("the redirect URI is not registered")]
    RedirectUri(Box<UnknownRedirectUri>),
    /// The client is suspended. It holds its display name.
    #[error("the client is suspended")]
    Suspended(String),
    /// The server failed, or the authorization request is no longer valid.
    #[error(transparent)]
    Failed(#[from] OAuthError),
}

/// A client that is not registered, as the request named it. Nothing in it has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownClient {
    /// `client_id`, as the request gave it.
    pub client_id: String,
    /// `redirect_uri`, as the request gave it.
    pub redirect_uri: Option<String>,
}

/// A redirect URI that the client has not registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRedirectUri {
    /// The identifier of the client.
    pub client: ClientId,
    /// The display name of the client.
    pub name: String,
    /// Whether it registered itself (RFC 7591).
    pub self_registered: bool,
    /// The number of redirect URIs that it has registered.
    pub registered: usize,
    /// `redirect_uri`, as the request gave it.
    pub requested: Option<String>,
}
