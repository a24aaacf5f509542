//! The errors of page endpoints, shown to the person.

use std::time::Duration;

use askama::Template;
use domain::{ErrorCode, OAuthError};
use poem::http::StatusCode;

use super::{
    answer::{Document, Failure},
    dead_end::DeadEnd,
    frame::Frame,
    policy::Policy,
};
use crate::failure::{self, Unreadable};

/// The errors of page endpoints.
#[derive(Debug)]
pub(super) enum PageError {
    /// The interaction cannot continue.
    DeadEnd(DeadEnd),
    /// The CSRF token is missing, or is not of a page that was made for this browser.
    Forged,
    /// The form is larger than the limit.
    TooLarge,
    /// The request is invalid, or an internal error occurred.
    Failed(OAuthError),
}

impl From<OAuthError> for PageError {
    fn from(error: OAuthError) -> Self {
        Self::Failed(error)
    }
}

impl From<Unreadable> for PageError {
    fn from(unreadable: Unreadable) -> Self {
        match unreadable {
            Unreadable::TooLarge(_) => Self::TooLarge,
            Unreadable::Malformed(error) => Self::Failed(error),
        }
    }
}

impl Frame {
    /// Replaces an error by its page.
    pub(super) fn settle<T>(&self, outcome: Result<T, PageError>) -> Result<T, Failure> {
        outcome.map_err(|trouble| self.failure(trouble))
    }

    /// The error page for a request that reached no endpoint.
    pub(crate) fn error_page(&self, status: StatusCode, title: &str, text: &str) -> String {
        let status = status.as_u16();
        let page = ErrorPage { frame: self, status, title, text, detail: None };
        page.render().expect("a template writes to a string")
    }

    /// The error page, with an instruction where there is one.
    fn failure(&self, trouble: PageError) -> Failure {
        let page = |status, (title, text): (&str, &str), detail| {
            let page = ErrorPage { frame: self, status, title, text, detail };
            Document::new(&page, Policy::still())
        };
        match trouble {
            PageError::DeadEnd(end) => self.dead_end(end),
            PageError::Forged => Failure::Forbidden(page(403, FORGED, None)),
            PageError::TooLarge => Failure::TooLarge(page(413, TOO_LARGE, None)),
            PageError::Failed(OAuthError { retry_after: Some(wait), .. }) => {
                let text = limited(wait);
                Failure::Limited(page(429, (TOO_OFTEN, &text), None), wait.as_secs())
            }
            PageError::Failed(error) => {
                failure::log(&error);
                match error.code {
                    ErrorCode::ServerError => Failure::Broken(page(500, BROKEN, None)),
                    ErrorCode::TemporarilyUnavailable => {
                        Failure::Busy(page(503, BUSY, None), failure::SOON)
                    }
                    _ => Failure::Refused(page(400, REFUSED, Some(detail(&error)))),
                }
            }
        }
    }
}

/// A title, and an instruction.
type Words = (&'static str, &'static str);

const FORGED: Words = (
    "This form cannot be used",
    "It did not come from a page of ours, or you have signed in or out since you opened it. Go back, \
     load the page again, and try once more.",
);
const TOO_LARGE: Words = ("That is too much", "The form is larger than any that we take.");
const BROKEN: Words = (
    "Something broke here",
    "It was not your doing, and nothing was decided. Try again in a moment; if it goes on, tell the \
     people who run this server.",
);
const BUSY: Words =
    ("Not now", "The server cannot answer at the moment, and nothing was decided. Try again soon.");
const REFUSED: Words = (
    "This request cannot be answered",
    "The application that sent you here asked for something in a way that is not understood or not \
     allowed. Nothing was decided. Go back to it, and start again there.",
);

const TOO_OFTEN: &str = "That was too often";

/// The instruction to wait this long.
fn limited(wait: Duration) -> String {
    let when = match wait.as_secs() {
        0..=90 => format!("{} seconds", wait.as_secs().max(1)),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    };
    format!(
        "There were too many attempts, so this one was not looked at; a password may have been right \
         all the same. Wait {when}, go back, and try again."
    )
}

/// The details for the developer of the client.
fn detail(error: &OAuthError) -> String {
    match &error.hint {
        Some(hint) => format!("{}: {hint}", error.code.as_str()),
        None => error.code.as_str().to_owned(),
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    frame: &'a Frame,
    status: u16,
    title: &'a str,
    text: &'a str,
    detail: Option<String>,
}
