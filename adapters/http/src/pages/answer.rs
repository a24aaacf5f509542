//! The responses of page endpoints.

use askama::Template;
use poem::{IntoResponse, Response, http::header};
use poem_openapi::{ApiResponse, payload::Payload, registry::MetaSchemaRef, types::Type};

use super::policy::Policy;

/// A page with its content security policy.
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

/// The way in which a browser is sent to the next address.
#[derive(Debug)]
pub(super) enum Way {
    /// A redirect to this address.
    Location(String),
    /// A page that continues by itself: by a navigation, or by posting a form.
    Page(Document),
}

/// The response to the request for a page.
#[derive(ApiResponse)]
pub(super) enum Shown {
    /// The page. In place of a redirect to the client, a browser window that sends `Sec-Fetch-Mode`
    /// and `Sec-Fetch-Dest` may get a page that continues to the client by itself: after a form,
    /// and before a redirect URI with a private-use scheme unless the request has `prompt=none`.
    #[oai(status = 200, header(name = "Set-Cookie", ty = "Option<String>"))]
    Page(Document),
    /// A redirect to the next page, or to the client.
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

/// The response to a form that may have to be corrected.
#[derive(ApiResponse)]
pub(super) enum Taken {
    /// A page that continues to the client by itself, or posts the authorization response to it. A
    /// browser window that sends `Sec-Fetch-Mode` gets it in place of a redirect to the client.
    #[oai(status = 200, header(name = "Set-Cookie", ty = "Option<String>"))]
    Page(Document),
    /// The form was accepted. A redirect to the next page, or to the client.
    #[oai(status = 303, header(name = "Set-Cookie", ty = "Option<String>"))]
    Onward(#[oai(header = "Location")] String),
    /// The page again, with the reason why the form was not accepted.
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

/// The response to a form that is either accepted or refused.
#[derive(ApiResponse)]
pub(super) enum Done {
    /// A redirect to the next page.
    #[oai(status = 303, header(name = "Set-Cookie", ty = "Option<String>"))]
    Onward(#[oai(header = "Location")] String),
}

/// The response to a form that another site has sent.
#[derive(ApiResponse)]
pub(super) enum Posted {
    /// A page that submits the form again, from this server.
    #[oai(status = 200)]
    Onward(Document),
}

/// The response to a request for a page that is the same for everyone.
#[derive(ApiResponse)]
pub(super) enum SignedOut {
    /// The page.
    #[oai(status = 200)]
    Page(Document),
}

/// The failures of page endpoints, each with a page. One variant per status: poem-openapi would
/// otherwise write the same key twice into the document.
#[derive(Debug, ApiResponse)]
pub(super) enum Failure {
    /// The request is invalid, and no redirect URI is known to be safe for the response.
    #[oai(status = 400)]
    Refused(Document),
    /// The form has no valid CSRF token, or access is denied.
    #[oai(status = 403)]
    Forbidden(Document),
    /// The interaction is finished, or it has expired.
    #[oai(status = 410)]
    Gone(Document),
    /// The form is larger than 64 KiB.
    #[oai(status = 413)]
    TooLarge(Document),
    /// Too many requests. `Retry-After` says after how many seconds to try again.
    #[oai(status = 429)]
    Limited(Document, #[oai(header = "Retry-After")] u64),
    /// An internal error. The reason is in the log of the server.
    #[oai(status = 500)]
    Broken(Document),
    /// A dependency such as the database is unavailable. `Retry-After` says after how many seconds
    /// to try again.
    #[oai(status = 503)]
    Busy(Document, #[oai(header = "Retry-After")] u64),
}
