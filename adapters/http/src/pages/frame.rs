//! What every page stands in.

use askama::Template;
use domain::{Issuer, Redirect, ResponseMode};

use super::{
    answer::{Document, Way},
    assets::Assets,
    cookies::Cookies,
    policy::Policy,
    redirect::{fields, location},
};

/// What every page needs to know of this server.
#[derive(Debug)]
pub(crate) struct Frame {
    /// What every path begins with.
    pub(super) base: String,
    /// Whose pages these are, for people.
    pub(super) host: String,
    /// What the pages load.
    pub(super) assets: Assets,
    /// What browsers keep for us.
    pub(super) cookies: Cookies,
    issuer: String,
}

impl Frame {
    pub(crate) fn new(issuer: &Issuer) -> Self {
        let origin = issuer.origin();
        Self {
            base: issuer.path().to_owned(),
            host: origin.split_once("://").map_or(origin.as_str(), |(_, host)| host).to_owned(),
            assets: Assets::new(issuer.path()),
            cookies: Cookies::new(issuer.is_https()),
            issuer: issuer.as_str().to_owned(),
        }
    }

    /// The way that takes an answer back to the client.
    pub(super) fn answer(&self, redirect: &Redirect) -> Way {
        let (uri, fields) = (redirect.to.redirect_uri.as_str(), fields(redirect, &self.issuer));
        match redirect.to.response_mode {
            ResponseMode::Query => Way::Location(location(uri, &fields)),
            ResponseMode::FormPost => {
                let page = FormPost { frame: self, action: uri, fields: &fields };
                Way::Post(Document::new(&page, Policy::post_to(uri)))
            }
        }
    }
}

/// Posts the answer to the client (OAuth 2.0 Form Post Response Mode §2).
#[derive(Template)]
#[template(path = "form-post.html")]
struct FormPost<'a> {
    frame: &'a Frame,
    action: &'a str,
    fields: &'a [(&'static str, String)],
}
