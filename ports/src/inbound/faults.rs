//! Why a browser cannot go on.

use domain::{ClientId, InteractionError, OAuthError};

use super::ClientView;

/// Why a page cannot go on. For the person at the browser.
#[derive(Debug, thiserror::Error)]
pub enum InteractionFault {
    /// The interaction is over, or another browser's.
    #[error(transparent)]
    Interaction(#[from] InteractionError),
    /// The interaction is finished. It holds the client that has its answer; `None` if it was for the
    /// account page, or if the client is not registered any more.
    #[error("the sign-in is already finished")]
    Answered(Option<Box<ClientView>>),
    /// The client is not registered here, or not any more.
    #[error("the client is not registered here")]
    UnknownClient(UnknownClient),
    /// The client has not registered the redirect URI, or not any more.
    #[error("the redirect URI is not registered")]
    RedirectUri(Box<UnknownRedirectUri>),
    /// The operator has stopped the client. It holds what to call it.
    #[error("the client is suspended")]
    Suspended(String),
    /// Something of ours broke, or the request behind it is no good any more.
    #[error(transparent)]
    Failed(#[from] OAuthError),
}

/// A client that nobody here knows, as a request named it. Nothing in it has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownClient {
    /// What the request calls it.
    pub client_id: String,
    /// Where the request wants its answer.
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
    /// What the request named, unchecked.
    pub requested: Option<String>,
}
