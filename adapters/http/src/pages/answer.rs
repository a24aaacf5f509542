//! What page endpoints answer.

use askama::Template;
use poem::{IntoResponse, Response, http::header};
use poem_openapi::{ApiResponse, payload::Payload, registry::MetaSchemaRef, types::Type};

use super::policy::Policy;

/// A page, and what it may load.
#[derive(Debug)]
pub(super) struct Document {
    html: String,
    policy: Policy,
}

impl Document {
    pub(super) fn new(page: &impl Template, policy: Policy) -> Self {
        Self { html: page.render().expect("a template writes to a string"), policy }
    }
}

impl Payload for Document {
    const CONTENT_TYPE: &'static str = "text/html; charset=utf-8";

    fn schema_ref() -> MetaSchemaRef {
        String::schema_ref()
    }
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        Response::builder()
            .content_type(Self::CONTENT_TYPE)
            .header(header::CONTENT_SECURITY_POLICY, self.policy.into_header())
            .body(self.html)
    }
}

/// How a browser is sent on.
#[derive(Debug)]
pub(super) enum Way {
    /// To this address.
    Location(String),
    /// By a page that goes on by itself: to an address, or by posting a form.
    Page(Document),
}

/// What a page endpoint shows.
#[derive(ApiResponse)]
pub(super) enum Shown {
    /// The page. Where the answer would be a redirect to a client, the window of a browser that says so by
    /// `Sec-Fetch-Mode` and `Sec-Fetch-Dest` may get one that goes on by itself: after a form, and to a
    /// redirect URI with a private-use scheme unless the request has `prompt=none`.
    #[oai(status = 200, header(name = "Set-Cookie", ty = "Option<String>"))]
    Page(Document),
    /// There is nothing to show: go on.
    #[oai(status = 303, header(name = "Set-Cookie", ty = "Option<String>"))]
    Onward(#[oai(header = "Location")] String),
}

impl From<Way> for Shown {
    fn from(way: Way) -> Self {
        match way {
            Way::Location(location) => Self::Onward(location),
            Way::Page(page) => Self::Page(page),
        }
    }
}

/// What becomes of a form that a person sent.
#[derive(ApiResponse)]
pub(super) enum Taken {
    /// Done: a page that goes on to the client by itself, or posts the answer to it. Browsers that say by
    /// `Sec-Fetch-Mode` that a window has sent the form get this instead of a redirect to the client.
    #[oai(status = 200, header(name = "Set-Cookie", ty = "Option<String>"))]
    Page(Document),
    /// Done: go on.
    #[oai(status = 303, header(name = "Set-Cookie", ty = "Option<String>"))]
    Onward(#[oai(header = "Location")] String),
    /// The page again, with what to mend.
    #[oai(status = 422)]
    Again(Document),
}

impl From<Way> for Taken {
    fn from(way: Way) -> Self {
        match way {
            Way::Location(location) => Self::Onward(location),
            Way::Page(page) => Self::Page(page),
        }
    }
}

/// What becomes of a form that can only be done or refused.
#[derive(ApiResponse)]
pub(super) enum Done {
    /// Done: go on.
    #[oai(status = 303, header(name = "Set-Cookie", ty = "Option<String>"))]
    Onward(#[oai(header = "Location")] String),
}

/// What becomes of a form that another site has sent.
#[derive(ApiResponse)]
pub(super) enum Posted {
    /// A page that sends the form on.
    #[oai(status = 200)]
    Onward(Document),
}

/// What a page endpoint shows to everyone alike.
#[derive(ApiResponse)]
pub(super) enum SignedOut {
    /// The page.
    #[oai(status = 200)]
    Page(Document),
}

/// Why there is nothing to show but a page that says so. One variant per status: poem-openapi would
/// otherwise write the same key twice into the document.
#[derive(Debug, ApiResponse)]
pub(super) enum Failure {
    /// The request is no good, and there is no safe place to send the browser.
    #[oai(status = 400)]
    Refused(Document),
    /// This browser may not do this.
    #[oai(status = 403)]
    Forbidden(Document),
    /// It is over, or took too long.
    #[oai(status = 410)]
    Gone(Document),
    /// The form is too large.
    #[oai(status = 413)]
    TooLarge(Document),
    /// There were too many requests; try again after so many seconds.
    #[oai(status = 429)]
    Limited(Document, #[oai(header = "Retry-After")] u64),
    /// Something broke.
    #[oai(status = 500)]
    Broken(Document),
    /// Something is down; try again.
    #[oai(status = 503)]
    Busy(Document, #[oai(header = "Retry-After")] u64),
}
