//! The headers and error bodies that every response gets, regardless of its origin.

use std::sync::Arc;

use domain::{EnabledGrants, ErrorCode};
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    web::Html,
};

use crate::{
    body::BodyBudget,
    failure::ErrorBody,
    pages::{self, Frame},
};

/// The `Content-Security-Policy` of responses that are not pages: nothing is allowed.
const CSP: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

const ALWAYS: [(HeaderName, HeaderValue); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Completes every response of `inner` with security headers, and errors with a body. Extractors, which
/// hold nothing themselves, find what they read requests by in the data of the request.
pub(crate) struct Finish<E> {
    inner: E,
    frame: Arc<Frame>,
    https: bool,
    bodies: BodyBudget,
    grants: Arc<EnabledGrants>,
}

impl<E> Finish<E> {
    /// `https` says whether browsers reach the server over https.
    pub(crate) fn new(
        inner: E,
        frame: Arc<Frame>,
        https: bool,
        bodies: BodyBudget,
        grants: Arc<EnabledGrants>,
    ) -> Self {
        Self { inner, frame, https, bodies, grants }
    }
}

impl<E: Endpoint<Output = Response>> Endpoint for Finish<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let page = accepts(request.headers(), "text/html").then_some(&*self.frame);
        if !request.method().is_safe() {
            request.set_data(self.bodies.clone());
            request.set_data(self.grants.clone());
        }
        let result = self.inner.call(request).await;
        let mut response = result.unwrap_or_else(|error| render(error, page));
        protect(response.headers_mut(), self.https);
        Ok(response)
    }
}

/// Adds the headers that the endpoint has not set. By default nothing may be cached: most responses
/// carry a credential, or are a page about one person (OAuth 2.1 §3.2.3).
pub(crate) fn protect(headers: &mut HeaderMap, https: bool) {
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    let policy = headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(CSP);
    // The same for browsers that do not know `frame-ancestors`.
    if !policy.to_str().is_ok_and(|policy| policy.contains("frame-ancestors *")) {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    if https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    }
}

/// Says whether the `Accept` header names a media type.
pub(crate) fn accepts(headers: &HeaderMap, media: &str) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains(media))
}

/// Renders the errors that poem makes by itself (404, 405, unreadable paths): as a page in the
/// frame `page`, or as JSON if there is none.
pub(crate) fn render(error: poem::Error, page: Option<&Frame>) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    let status = error.status();
    let (title, text) = match status {
        StatusCode::NOT_FOUND => ("Not found", "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => {
            ("Not possible", "This address cannot be used in this way.")
        }
        status if status.is_server_error() => ("Sorry", "Something went wrong here."),
        _ => ("Not understood", "The request cannot be read."),
    };
    let mut response = if let Some(frame) = page {
        let page = Html(frame.error_page(status, title, text));
        let csp = HeaderValue::from_static(pages::CSP);
        page.with_header(header::CONTENT_SECURITY_POLICY, csp).into_response()
    } else {
        let ours = status.is_server_error();
        let code = if ours { ErrorCode::ServerError } else { ErrorCode::InvalidRequest };
        ErrorBody::new(code, Some(text)).into_response()
    };
    response.set_status(status);
    response
}
