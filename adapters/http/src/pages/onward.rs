//! The page from which a browser goes back to the client by itself.
//!
//! It is no form and no redirect, so no `form-action` applies to where it leads, or to where the client
//! sends the browser on from there.

use askama::Template;
use domain::{AuthorizationResponse, ErrorCode, RedirectUri};

use super::{
    answer::{Document, Way},
    client::{Destination, Name},
    frame::Frame,
    navigation::Navigation,
    policy::Policy,
};

/// A browser about to leave for a client.
pub(super) struct Departure<'a> {
    /// The redirect URI of the client.
    pub(super) uri: &'a RedirectUri,
    /// The same, with everything that it is told.
    pub(super) location: String,
    /// The display name of the client.
    pub(super) client: Option<&'a str>,
    /// The result, as it is told to the person.
    pub(super) upshot: Upshot,
}

/// The result of an interaction, as it is told to the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upshot {
    /// The client gets what it asked for, or some of it.
    Granted,
    /// The person allowed nothing.
    Denied,
    /// Something else is in the way, and the client is told what.
    Failed,
    /// Nobody is signed in any more.
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
    /// The heading where the person stays on the page.
    fn heading(self) -> &'static str {
        match self {
            Self::Granted => "Done",
            Self::Denied => "Nothing was allowed",
            Self::Failed => "This could not be finished",
            Self::SignedOut => "You are signed out",
        }
    }

    /// What to say on the way to a server, if it is more than that.
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
    /// The way to a client: by a redirect, or by a page where a redirect will not do.
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
    /// The name of the place that the person goes back to.
    whither: Name,
    /// The name of the application that the link opens.
    opens: Name,
    upshot: Upshot,
}
