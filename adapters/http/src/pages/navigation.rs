//! The kind of request by which a browser arrived, by its Fetch Metadata headers.

use domain::{RedirectKind, RedirectUri};
use poem::{Request, http::Method};

/// The kind of request by which a browser arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Navigation {
    /// Whether the navigation submitted a form.
    form: bool,
    mode: Mode,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// The browser does not send the headers: an old browser, one that uses plain http, or a
    /// program.
    Unsaid,
    /// A top-level navigation in a window or tab, visible to a person.
    Document,
    /// A navigation in a frame, or a request of a script.
    Unseen,
}

impl Navigation {
    /// The kind of `request`.
    pub(super) fn of(request: &Request) -> Self {
        let mode = match (request.header("sec-fetch-mode"), request.header("sec-fetch-dest")) {
            (None, _) => Mode::Unsaid,
            (Some("navigate"), None | Some("document")) => Mode::Document,
            (Some(_), _) => Mode::Unseen,
        };
        Self { form: *request.method() == Method::POST, mode }
    }

    /// The navigation as if in a frame, for requests with `prompt=none`, which must not show a
    /// page.
    pub(super) fn unseen(self) -> Self {
        Self { mode: Mode::Unseen, ..self }
    }

    /// The navigation of a page within an interaction: a form may have led to it by a redirect, to
    /// which `form-action` applies as well.
    pub(super) fn within(self) -> Self {
        Self { form: true, ..self }
    }

    /// Says whether the browser sends the headers. If so, no form is answered by a redirect to
    /// another origin.
    pub(super) fn is_said(self) -> bool {
        self.mode != Mode::Unsaid
    }

    /// Says whether the browser is sent on to `uri` by a page, and not by a redirect.
    ///
    /// After a form it must be: Chromium applies the page's `form-action` to every redirect that
    /// follows the form. A redirect to a private-use scheme leaves the window as it was, often
    /// empty, so that a page is needed to say that the sign-in is complete. A redirect to a server
    /// shows that server's page, and is sufficient.
    pub(super) fn needs_page(self, uri: &RedirectUri) -> bool {
        let before_eyes = self.mode == Mode::Document;
        before_eyes && (self.form || uri.kind() == RedirectKind::PrivateUse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn come(method: Method, headers: &[(&str, &str)]) -> Navigation {
        let request = Request::builder().method(method);
        let request =
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        Navigation::of(&request.finish())
    }

    fn needs_page(navigation: Navigation) -> [bool; 3] {
        ["https://app.example/cb", "http://127.0.0.1:1/cb", "com.example.app:/cb"]
            .map(|uri| navigation.needs_page(&RedirectUri::parse(uri).expect("fit")))
    }

    const WINDOW: [(&str, &str); 2] =
        [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")];

    #[test]
    fn a_window_is_led_on_by_a_page_after_a_form_and_to_applications() {
        assert_eq!(needs_page(come(Method::POST, &WINDOW)), [true; 3]);
        assert_eq!(needs_page(come(Method::POST, &WINDOW[..1])), [true; 3]);
        assert_eq!(needs_page(come(Method::GET, &WINDOW)), [false, false, true]);
        assert_eq!(needs_page(come(Method::GET, &WINDOW).within()), [true; 3]);
    }

    #[test]
    fn whoever_sees_no_page_is_redirected() {
        for headers in [
            vec![],
            vec![("sec-fetch-mode", "cors"), ("sec-fetch-dest", "empty")],
            vec![("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
        ] {
            for method in [Method::GET, Method::POST] {
                assert_eq!(needs_page(come(method, &headers)), [false; 3], "{headers:?}");
            }
        }
        assert_eq!(needs_page(come(Method::GET, &WINDOW).unseen()), [false; 3]);
    }
}
