//! The content security policies of pages (CSP Level 3).

use domain::RedirectUri;
use ports::inbound::ClientView;

use super::navigation::Navigation;

/// The policy of a page without a form, and the part that all policies share.
pub(crate) const CSP: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; \
                              frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The policy of one page.
#[derive(Debug)]
pub(super) struct Policy(String);

impl Policy {
    /// A page without a form.
    pub(super) fn still() -> Self {
        Self(CSP.to_owned())
    }

    /// A page with a form that is answered with another page of this server.
    pub(super) fn form() -> Self {
        Self::leading("'self'")
    }

    /// A page with a form whose response leads to `uri`, in a browser that came by `navigation`.
    ///
    /// If the browser sends Fetch Metadata headers, a page leads it to `uri`, and the form itself
    /// leads to no other origin.
    pub(super) fn form_to(uri: &str, navigation: Navigation) -> Self {
        if navigation.is_said() { Self::form() } else { Self::form_redirected_to(uri) }
    }

    /// A page with a form that is answered by a redirect to `uri`.
    ///
    /// Chromium applies `form-action` to every redirect that follows a form, including those by
    /// which the client redirects the browser further. Addresses after `uri` are not known here.
    /// Therefore the policy allows its scheme and not only its origin, and the addresses that
    /// clients are known to redirect to: the person's own machine, and the schemes of known
    /// applications.
    fn form_redirected_to(uri: &str) -> Self {
        let Some(scheme) = scheme(uri) else { return Self::form() };
        let mut to = format!("'self' {scheme}:");
        if matches!(scheme.as_str(), "https" | "http") {
            to.push_str(" http://127.0.0.1:* http://localhost:*");
            to.extend(RedirectUri::known_schemes().map(|scheme| format!(" {scheme}:")));
        }
        Self::leading(&to)
    }

    /// A page on the way back to `client`; `None` if the client is not known.
    pub(super) fn back_to(client: Option<&ClientView>, navigation: Navigation) -> Self {
        let to = |client: &ClientView| Self::form_to(client.redirect_uri.as_str(), navigation);
        client.map_or_else(Self::form, to)
    }

    /// A page that posts its form to `uri` by a script. It may be framed: there is nothing to
    /// decide on it, and clients wait in a hidden frame for the response to `prompt=none`.
    pub(super) fn post_to(uri: &str) -> Self {
        let to = scheme(uri).map_or_else(|| "'none'".to_owned(), |scheme| format!("{scheme}:"));
        let framed = Self::leading(&to).0.replace("frame-ancestors 'none'", "frame-ancestors *");
        Self(format!("{framed}; script-src 'self'"))
    }

    /// A page with forms that are answered by this server, and with a script.
    pub(super) fn scripted() -> Self {
        Self(format!("{}; script-src 'self'", Self::form().0))
    }

    fn leading(to: &str) -> Self {
        Self(CSP.replace("form-action 'none'", &format!("form-action {to}")))
    }

    /// The value of the header.
    pub(super) fn into_header(self) -> String {
        self.0
    }
}

/// The scheme of `uri` (RFC 3986 §3.1); `None` if a browser would execute the rest of the URI.
fn scheme(uri: &str) -> Option<String> {
    let scheme = uri.split_once(':')?.0.to_ascii_lowercase();
    let lawful = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(lawful);
    (named && !matches!(scheme.as_str(), "javascript" | "data" | "blob")).then_some(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_may_lead_to_the_scheme_of_the_client_and_nothing_else_gets_in() {
        let cases = [
            ("https://app.example:8443/cb", "form-action 'self' https:"),
            ("http://[::1]:9000/cb", "form-action 'self' http:"),
            ("com.example.App:/cb", "form-action 'self' com.example.app:"),
            ("javascript:alert(1)", "form-action 'self'"),
            ("x; script-src *:", "form-action 'self'"),
            ("nonsense", "form-action 'self'"),
        ];
        for (uri, expected) in cases {
            let policy = Policy::form_redirected_to(uri).into_header();
            let policy = policy.split(" http://127").next().expect("a policy").to_owned();
            assert_eq!(policy.split("; ").last(), Some(expected), "{uri}");
            assert!(policy.starts_with("default-src 'none'; style-src 'self'; "), "{policy}");
        }
    }

    #[test]
    fn a_client_may_send_the_browser_on_to_the_persons_machine_and_to_known_applications() {
        let policy = Policy::form_redirected_to("https://app.example/cb").into_header();
        for onward in [" http://127.0.0.1:* ", " http://localhost:* ", " claude: ", " vscode: "] {
            assert!(policy.contains(onward), "{onward} in {policy}");
        }
        assert!(!policy.contains(" *") && !policy.contains(" http:;"), "{policy}");
    }

    #[test]
    fn only_a_page_with_a_script_of_ours_may_run_one() {
        let policy = Policy::post_to("https://app.example/cb").into_header();
        assert!(policy.ends_with("form-action https:; script-src 'self'"), "{policy}");
        let policy = Policy::scripted().into_header();
        assert!(policy.ends_with("form-action 'self'; script-src 'self'"), "{policy}");
        for policy in [Policy::still(), Policy::form()] {
            assert!(!policy.into_header().contains("script-src"));
        }
    }
}
