//! Clients and the access they ask for, as pages show them.

use domain::{ClientId, Image, RedirectUri};

/// The scopes that are asked at one place.
#[derive(Clone, Debug)]
pub struct AccessView {
    /// The place where they give access.
    pub place: PlaceView,
    /// The scopes. Empty at a resource if the request names no scope and so asks for all of the
    /// resource.
    pub scopes: Vec<ScopeView>,
}

/// A place where scopes give access.
#[derive(Clone, Debug)]
pub enum PlaceView {
    /// Claims about the person (OIDC Core §5.4).
    Person,
    /// Resources, by name or URI.
    Resources(Vec<String>),
    /// No resource in particular.
    Anywhere,
    /// Access that outlasts the session (`offline_access`).
    Offline,
}

/// A client, as pages show it.
#[derive(Clone, Debug)]
pub struct ClientView {
    /// The `client_id`.
    pub id: ClientId,
    /// The display name of the client.
    pub name: String,
    /// Whether the client registered itself (RFC 7591), so that nobody here has checked its
    /// metadata.
    pub self_registered: bool,
    /// The redirect URI of the request. The page's content security policy must allow a form's
    /// redirect to it.
    pub redirect_uri: RedirectUri,
    /// Its logo, if there is one to show.
    pub logo: Option<Image>,
    /// Its home page.
    pub client_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// Its privacy policy.
    pub policy_uri: Option<String>,
}

/// A scope, as pages show it.
#[derive(Clone, Debug)]
pub struct ScopeView {
    /// The scope.
    pub name: String,
    /// The description that the configuration gives it, if any.
    pub description: Option<String>,
}
