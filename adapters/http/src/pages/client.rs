//! Clients and scopes, as pages show them.

use ports::inbound::{ClientView, ScopeView};

use super::logo::{Logo, logo};

/// A client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) name: String,
    pub(super) logo: Logo,
}

impl From<&ClientView> for Client {
    fn from(view: &ClientView) -> Self {
        Self { name: view.name.clone(), logo: logo(view.logo.as_ref(), &view.name) }
    }
}

/// Where a client says more about itself.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) text: &'static str,
    pub(super) href: String,
}

/// The client's links. Only what leads to a web page is one: any other scheme could do something.
pub(super) fn links(view: &ClientView) -> Vec<Link> {
    let links = [
        ("Website", &view.client_uri),
        ("Privacy policy", &view.policy_uri),
        ("Terms of service", &view.tos_uri),
    ];
    let is_web = |href: &String| href.starts_with("https://") || href.starts_with("http://");
    let link = |(text, href): (_, &Option<String>)| {
        href.clone().filter(is_web).map(|href| Link { text, href })
    };
    links.into_iter().filter_map(link).collect()
}

/// A scope, and whether its box is ticked.
#[derive(Debug)]
pub(super) struct ScopeLine {
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) ticked: bool,
}

/// The names in a list of scopes, as they are sent back.
pub(super) fn names(scopes: &[ScopeView]) -> String {
    scopes.iter().map(|scope| scope.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// The lines of a list of scopes.
pub(super) fn lines(scopes: Vec<ScopeView>, ticked: bool) -> Vec<ScopeLine> {
    let line = |ScopeView { name, description }| ScopeLine { name, description, ticked };
    scopes.into_iter().map(line).collect()
}
