//! The page from which a browser returns to the client by itself.
//!
//! It is neither a form nor a redirect, so `form-action` does not apply to the address that it
//! leads to, or to those that the client redirects the browser to.

use askama::Template;
use domain::{AuthorizationResponse, ErrorCode, RedirectUri};

use super::{
    answer::{Document, Way},
    client::{Destination, Name},
    frame::Frame,
    navigation::Navigation,
    policy::Policy,
};

/// A browser that is about to return to a client.
pub(super) struct Departure<'a> {
    /// The redirect URI of the client.
    pub(super) uri: &'a RedirectUri,
    /// The redirect URI with the parameters of the response.
    pub(super) location: String,
    /// The display name of the client.
    pub(super) client: Option<&'a str>,
    /// The result, as the person is told it.
    pub(super) upshot: Upshot,
}

/// The result of an interaction, as the person is told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upshot {
    /// The client gets all or some of the scopes that it requested.
    Granted,
    /// The person denied the request.
    Denied,
    /// The request failed for another reason, which the client is told.
    Failed,
    /// The person is signed out.
    SignedOut,
}

impl From<&AuthorizationResponse> for Upshot {
    fn from(redirect: &AuthorizationResponse) -> Self {
        match &redirect.outcome {
            Ok(_) => Self::Granted,
            Err(error) if error.code == ErrorCode::AccessDenied => Self::Denied,
            Err(_) => Self::Failed,
        }
    }
}

impl Upshot {
    /// The heading, for a person who stays on the page.
    fn heading(self) -> &'static str {
        match self {
            Self::Granted => "Done",
            Self::Denied => "Nothing was allowed",
            Self::Failed => "This could not be finished",
            Self::SignedOut => "You are signed out",
        }
    }

    /// The remark shown before the browser leaves for a server; `None` if there is nothing to add.
    fn remark(self) -> Option<&'static str> {
        match self {
            Self::Granted => None,
            Self::Denied => Some("Nothing was allowed."),
            Self::Failed => Some("This could not be finished. The application is told why."),
            Self::SignedOut => Some("You are signed out here."),
        }
    }
}

impl Frame {
    /// The way to a client: a redirect, or a page if a redirect is not sufficient.
    pub(super) fn depart(&self, departure: Departure<'_>, navigation: Navigation) -> Way {
        let Departure { uri, location, client, upshot } = departure;
        if !navigation.needs_page(uri) {
            return Way::Location(location);
        }
        let destination = Destination::of(uri);
        let called = client.unwrap_or("the application");
        let (whither, opens) = match &destination {
            Destination::Application { name: Some(name), .. } => {
                (Name::from(format!("{name} on this computer").as_str()), Name::from(*name))
            }
            _ => (Name::from(called), Name::from(called)),
        };
        let page = OnwardPage { frame: self, location, destination, whither, opens, upshot };
        Way::Page(Document::new(&page, Policy::still()))
    }
}

#[derive(Template)]
#[template(path = "onward.html")]
struct OnwardPage<'a> {
    frame: &'a Frame,
    location: String,
    destination: Destination,
    /// The name of the place that the browser returns to.
    whither: Name,
    /// The name of the application that the link opens.
    opens: Name,
    upshot: Upshot,
}
