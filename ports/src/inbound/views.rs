//! Clients and what they ask, as people see it on pages.

use domain::{ClientId, Image, RedirectUri};

/// Access that is asked at one place.
#[derive(Clone, Debug)]
pub struct AccessView {
    /// Where.
    pub place: PlaceView,
    /// What. Empty at a resource: all of it, because the request names no part.
    pub scopes: Vec<ScopeView>,
}

/// A place where a scope gives access, as people see it.
#[derive(Clone, Debug)]
pub enum PlaceView {
    /// What is known of the person.
    Person,
    /// These resources, by name or address.
    Resources(Vec<String>),
    /// No resource in particular.
    Anywhere,
    /// Access that outlives the session.
    Offline,
}

/// A client, as people see it.
#[derive(Clone, Debug)]
pub struct ClientView {
    /// Names it.
    pub id: ClientId,
    /// What to call it.
    pub name: String,
    /// Whether it registered itself (RFC 7591): then everything here is what it says of itself, and
    /// nobody at this server has checked it.
    pub self_registered: bool,
    /// Where the request wants it answered. The pages' content security policy must let a form's
    /// redirect lead there.
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

/// A scope, as people see it.
#[derive(Clone, Debug)]
pub struct ScopeView {
    /// The scope.
    pub name: String,
    /// What it means.
    pub description: Option<String>,
}
