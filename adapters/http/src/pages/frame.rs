//! The parts that all pages share.

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

/// The common path of the pages that need a cookie, beneath the path of the issuer. Over plain http
/// it is the path of the cookies, so that they reach no other application on the host.
pub(super) const PAGES: &str = "/oauth/authorize";

/// The properties of this server that all pages need.
#[derive(Debug)]
pub(crate) struct Frame {
    /// The path of the issuer, with which every path begins.
    pub(super) base: String,
    /// The host of the issuer.
    pub(super) host: String,
    /// The display name that the operator has configured.
    pub(super) name: Option<String>,
    /// The logo of the operator, as a `data:` URL.
    pub(super) logo: Option<String>,
    /// The instructions of the operator for people who have forgotten their password.
    pub(super) password_help: Option<String>,
    /// The URL at which such people find help.
    pub(super) password_help_uri: Option<String>,
    /// The files that pages load.
    pub(super) assets: Assets,
    /// The cookies of this server.
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

    /// The name of the server in the titles of pages.
    pub(super) fn title(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.host)
    }

    /// The path of the page called `name`.
    pub(super) fn page(&self, name: &str) -> String {
        format!("{}{PAGES}/{name}", self.base)
    }

    /// The way to the client with an authorization response, in a browser that came by
    /// `navigation`.
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

    /// A page that submits a form of another site again, to the path `action`. Since this form is
    /// from the same site, the browser sends its cookies.
    pub(super) fn resend(&self, action: &str, fields: &[(&'static str, String)]) -> Document {
        let page = FormPost { frame: self, title: "One moment", action, fields };
        Document::new(&page, Policy::scripted())
    }
}

/// A form that submits itself, such as an authorization response (OAuth 2.0 Form Post Response Mode
/// §2).
#[derive(Template)]
#[template(path = "form-post.html")]
struct FormPost<'a> {
    frame: &'a Frame,
    title: &'a str,
    action: &'a str,
    fields: &'a [(&'static str, String)],
}
