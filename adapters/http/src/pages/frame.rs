//! What every page stands in.

use askama::Template;
use domain::{AuthorizationResponse, Branding, ResponseMode};
use ports::inbound::Discover;

use super::{
    answer::{Document, Way},
    assets::Assets,
    cookies::Cookies,
    navigation::Navigation,
    onward::{Departure, Upshot},
    policy::Policy,
    redirect::{fields, location},
};

/// Where every page is that needs a cookie, beneath the path of the issuer. Over plain http cookies go
/// here alone, so that they reach no other application on the host.
pub(super) const PAGES: &str = "/oauth/authorize";

/// What every page needs to know of this server.
#[derive(Debug)]
pub(crate) struct Frame {
    /// What every path begins with.
    pub(super) base: String,
    /// The host whose pages these are.
    pub(super) host: String,
    /// The name of whoever runs the server, for people.
    pub(super) name: Option<String>,
    /// Their logo: a `data:` URL.
    pub(super) logo: Option<String>,
    /// What they tell people who have forgotten their password.
    pub(super) password_help: Option<String>,
    /// Where such people find help.
    pub(super) password_help_uri: Option<String>,
    /// What the pages load.
    pub(super) assets: Assets,
    /// What browsers keep for us.
    pub(super) cookies: Cookies,
    issuer: String,
}

impl Frame {
    pub(crate) fn new(server: &dyn Discover) -> Self {
        let (issuer, branding) = (server.issuer(), server.branding());
        let Branding { name, logo, password_help, password_help_uri } = branding;
        let origin = issuer.origin();
        Self {
            base: issuer.path().to_owned(),
            host: origin.split_once("://").map_or(origin.as_str(), |(_, host)| host).to_owned(),
            name,
            logo: logo.map(|logo| logo.to_data_url()),
            password_help,
            password_help_uri,
            assets: Assets::new(issuer.path()),
            cookies: Cookies::new(issuer),
            issuer: issuer.as_str().to_owned(),
        }
    }

    /// What the title of a page calls the server.
    pub(super) fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.host)
    }

    /// The path of the page called `name`.
    pub(super) fn page(&self, name: &str) -> String {
        format!("{}{PAGES}/{name}", self.base)
    }

    /// The way that takes an answer back to the client, from a browser that came by `navigation`.
    pub(super) fn answer(&self, redirect: &AuthorizationResponse, navigation: Navigation) -> Way {
        let (uri, fields) = (redirect.to.redirect_uri.as_str(), fields(redirect, &self.issuer));
        match redirect.to.response_mode {
            ResponseMode::Query => {
                let departure = Departure {
                    uri: &redirect.to.redirect_uri,
                    location: location(uri, &fields),
                    client: redirect.client.as_deref(),
                    upshot: Upshot::from(redirect),
                };
                self.depart(departure, navigation)
            }
            ResponseMode::FormPost => {
                let title = "Back to the application";
                let page = FormPost { frame: self, title, action: uri, fields: &fields };
                Way::Page(Document::new(&page, Policy::post_to(uri)))
            }
        }
    }

    /// A page that sends a form of another site on to the path `action` of ours. Unlike the form it
    /// is from here, so that the browser sends its cookies along.
    pub(super) fn resend(&self, action: &str, fields: &[(&'static str, String)]) -> Document {
        let page = FormPost { frame: self, title: "One moment", action, fields };
        Document::new(&page, Policy::scripted())
    }
}

/// Posts a form by itself, such as the answer to a client (OAuth 2.0 Form Post Response Mode §2).
#[derive(Template)]
#[template(path = "form-post.html")]
struct FormPost<'a> {
    frame: &'a Frame,
    title: &'a str,
    action: &'a str,
    fields: &'a [(&'static str, String)],
}
