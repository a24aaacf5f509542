//! The cookies of this server: names, attributes, and parsing.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{Issuer, Secret};
use poem::{
    http::HeaderValue,
    web::cookie::{Cookie, CookieJar, SameSite},
};
use sha2::{Digest, Sha256};

use super::frame::PAGES;

/// The greatest number of cookies of one name that are read. A browser sends several if another
/// program on the host has set one of the same name.
const MOST: usize = 4;

/// The greatest length of a value that is read, in bytes. Values of this server are shorter.
const LONGEST: usize = 256;

/// The lifetime of the cookie that binds interactions to a browser.
const BROWSER_LIFE: Duration = Duration::from_hours(24 * 400);

/// The names and attributes of the cookies.
///
/// Browsers send cookies to every port of a host, so the names carry a digest of the issuer: two
/// servers on one host do not disturb each other. Over https the prefix `__Host-` prevents other
/// hosts from setting them (RFC 6265bis §4.1.3.2). It requires the path `/`, so it is not used on a
/// localhost issuer, where other programs listen too: there the path keeps the cookies from them.
#[derive(Debug)]
pub(super) struct Cookies {
    secure: bool,
    path: String,
    session: String,
    browser: String,
}

impl Cookies {
    pub(super) fn new(issuer: &Issuer) -> Self {
        let (prefix, path) = match (issuer.has_host_cookies(), issuer.is_https()) {
            (true, _) => ("__Host-", "/".to_owned()),
            (false, true) => ("__Secure-", format!("{}{PAGES}", issuer.path())),
            (false, false) => ("", format!("{}{PAGES}", issuer.path())),
        };
        let digest = Sha256::digest(issuer.as_str());
        let tag: String = BASE64_URL_SAFE_NO_PAD.encode(&digest[..6]);
        Self {
            secure: issuer.is_https(),
            path,
            session: format!("{prefix}portcullis-{tag}-session"),
            browser: format!("{prefix}portcullis-{tag}-browser"),
        }
    }

    /// The session cookies among `sent`, the `Cookie` headers of a request.
    pub(super) fn sessions(&self, sent: &[HeaderValue]) -> Vec<Secret> {
        find(sent, &self.session)
    }

    /// The secrets among `sent` that bind interactions to the browser.
    pub(super) fn secrets(&self, sent: &[HeaderValue]) -> Vec<Secret> {
        find(sent, &self.browser)
    }

    /// Sets the session cookie.
    pub(super) fn keep_session(&self, jar: &CookieJar, session: &Secret) {
        jar.add(self.cookie(&self.session, session.expose()));
    }

    /// Deletes the session cookie.
    pub(super) fn drop_session(&self, jar: &CookieJar) {
        let mut cookie = self.cookie(&self.session, "");
        cookie.set_max_age(Duration::ZERO);
        jar.add(cookie);
    }

    /// Sets the cookie with the secret that interactions are bound to.
    pub(super) fn keep_secret(&self, jar: &CookieJar, secret: &Secret) {
        let mut cookie = self.cookie(&self.browser, secret.expose());
        cookie.set_max_age(BROWSER_LIFE);
        jar.add(cookie);
    }

    fn cookie(&self, name: &str, value: &str) -> Cookie {
        let mut cookie = Cookie::new_with_str(name, value);
        cookie.set_path(&self.path);
        cookie.set_http_only(true);
        cookie.set_same_site(SameSite::Lax);
        cookie.set_secure(self.secure);
        cookie
    }
}

/// The values of the cookie `name`, in the order in which they were sent.
///
/// The headers are parsed as bytes: cookies that other applications on the host have set may have
/// any encoding, and must not hide those of this server.
fn find(sent: &[HeaderValue], name: &str) -> Vec<Secret> {
    let mut values: Vec<&[u8]> = Vec::new();
    for pair in sent.iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';')) {
        let Some(value) = pair.trim_ascii().strip_prefix(name.as_bytes()) else { continue };
        let Some(value) = value.strip_prefix(b"=") else { continue };
        let lawful = (1..=LONGEST).contains(&value.len()) && value.iter().all(u8::is_ascii_graphic);
        if lawful && !values.contains(&value) && values.len() < MOST {
            values.push(value);
        }
    }
    values.into_iter().map(|value| Secret::new(String::from_utf8_lossy(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(lines: &[&[u8]]) -> Vec<String> {
        let sent: Vec<_> =
            lines.iter().map(|line| HeaderValue::from_bytes(line).expect("a header")).collect();
        find(&sent, "ours").iter().map(|value| value.expose().to_owned()).collect()
    }

    #[test]
    fn a_cookie_of_ours_is_found_whatever_else_is_sent() {
        assert_eq!(found(&[b"caf\xe9=cr\xe8me; ours=1; \xff\xfe"]), ["1"]);
        assert_eq!(found(&[b"=; ;; broken; \"=\"; ours=a.b;", b"theirs=x; ours=2"]), ["a.b", "2"]);
        assert_eq!(found(&[b"ours=\xe9; ours=wrong; ours=right; ours=right"]), ["wrong", "right"]);
        assert!(found(&[b"yours=1; ours2=2; ours; ours=; xours=3"]).is_empty());
    }

    #[test]
    fn of_very_many_only_a_few_are_looked_at() {
        let many: Vec<_> = (0..100).map(|n| format!("ours={n}")).collect();
        assert_eq!(found(&[many.join(";").as_bytes()]), ["0", "1", "2", "3"]);
        assert!(found(&[format!("ours={}", "x".repeat(257)).as_bytes()]).is_empty());
    }
}
