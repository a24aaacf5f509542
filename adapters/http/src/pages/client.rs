//! Clients and scopes, prepared for pages.

use domain::{RedirectKind, RedirectUri, shortened};
use ports::inbound::{AccessView, ClientView, PlaceView, ScopeView};

use super::logo::{Logo, logo};

/// The greatest length of a name that a page shows whole, in characters.
const LONGEST_NAME: usize = 60;

/// A client, prepared for a page.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) name: Name,
    pub(super) logo: Logo,
    /// Whether the client registered itself, so that nobody has verified its metadata.
    pub(super) self_registered: bool,
    pub(super) destination: Destination,
}

impl From<&ClientView> for Client {
    fn from(view: &ClientView) -> Self {
        Self {
            name: Name::from(view.name.as_str()),
            logo: logo(view.logo.as_ref(), &view.name),
            self_registered: view.self_registered,
            destination: Destination::of(&view.redirect_uri),
        }
    }
}

/// The name of a client, abbreviated if it is long.
#[derive(Debug)]
pub(super) struct Name {
    /// The name, abbreviated to the space that a page has.
    pub(super) shown: String,
    /// The whole name; `None` if `shown` is the whole name.
    pub(super) whole: Option<String>,
}

impl From<&str> for Name {
    fn from(name: &str) -> Self {
        match shortened(name, LONGEST_NAME) {
            Some(shown) => Self { shown, whole: Some(name.to_owned()) },
            None => Self { shown: name.to_owned(), whole: None },
        }
    }
}

/// The place that the redirect URI leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Destination {
    /// A server, named by its host.
    Host(String),
    /// A program that listens on this loopback host, on the person's own machine.
    Loopback(String),
    /// The application that has claimed a private-use scheme on the person's machine.
    Application {
        /// The application that is known to claim the scheme; `None` if none is.
        name: Option<&'static str>,
        /// The scheme, with its colon.
        scheme: String,
    },
}

impl Destination {
    pub(super) fn of(uri: &RedirectUri) -> Self {
        let destination = uri.destination();
        match uri.kind() {
            RedirectKind::Claimed => Self::Host(destination),
            RedirectKind::Loopback => Self::Loopback(destination),
            RedirectKind::PrivateUse => {
                Self::Application { name: uri.application(), scheme: destination }
            }
        }
    }
}

/// A link to the client's own pages.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) text: &'static str,
    pub(super) href: String,
}

/// The client's links. Only web addresses are included: another scheme could run something.
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

/// The requested scopes of one resource.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) place: PlaceView,
    pub(super) scopes: Vec<ScopeLine>,
}

/// A scope with its checkbox in the form.
#[derive(Debug)]
pub(super) struct ScopeLine {
    /// The number among all checkboxes of the page, from one.
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) ticked: bool,
}

/// The names of all requested scopes, separated by spaces, as the form returns them.
pub(super) fn names(asked: &[AccessView]) -> String {
    let scopes = asked.iter().flat_map(|access| &access.scopes);
    scopes.map(|scope| scope.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// The requested scopes, with a checkbox for each.
pub(super) fn boxes(asked: Vec<AccessView>, ticked: bool) -> Vec<Access> {
    let mut numbers = 1..;
    let mut line = |ScopeView { name, description }| {
        let number = numbers.next().unwrap_or_default();
        ScopeLine { number, name, description, ticked }
    };
    let mut place = |AccessView { place, scopes }| Access {
        place,
        scopes: scopes.into_iter().map(&mut line).collect(),
    };
    asked.into_iter().map(&mut place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destination_is_a_host_or_something_on_the_persons_own_machine() {
        let application =
            |name, scheme: &str| Destination::Application { name, scheme: scheme.to_owned() };
        let cases = [
            ("https://app.example:8443/cb", Destination::Host("app.example".to_owned())),
            ("http://[::1]:4711/cb", Destination::Loopback("[::1]".to_owned())),
            ("cursor://anysphere.cursor/cb", application(Some("Cursor"), "cursor:")),
            ("com.example.app:/cb", application(None, "com.example.app:")),
        ];
        for (uri, expected) in cases {
            let uri = RedirectUri::parse(uri).expect("fit");
            assert_eq!(Destination::of(&uri), expected, "{uri}");
        }
    }
}
