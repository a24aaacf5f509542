//! The issuer identifier of the server (RFC 8414 §2).

use std::fmt;

use url::Url;

use crate::{RedirectKind, RedirectUri, is_loopback};

/// The path beneath the issuer's to which cookies go.
const PAGES: &str = "/oauth/authorize";

/// The issuer identifier, kept byte for byte: a trailing slash is part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuer {
    raw: String,
    url: Url,
}

impl Issuer {
    /// Reads an issuer identifier.
    ///
    /// # Errors
    ///
    /// [`RefusedIssuer`] says what to change.
    pub fn parse(raw: &str) -> Result<Self, RefusedIssuer> {
        let url = Url::parse(raw).map_err(|_| RefusedIssuer::NotAUrl)?;
        // Compared byte for byte by everybody, so it must be spelled the one plain way.
        let spelled = url.as_str() == raw || url.as_str().strip_suffix('/') == Some(raw);
        let anonymous = url.username().is_empty() && url.password().is_none();
        let plain =
            url.query().is_none() && url.fragment().is_none() && anonymous && is_plain(url.path());
        match url.scheme() {
            _ if !plain || !spelled || url.host().is_none() => Err(RefusedIssuer::NotPlain),
            "https" => Ok(Self { raw: raw.to_owned(), url }),
            "http" if is_loopback(&url) => Ok(Self { raw: raw.to_owned(), url }),
            _ => Err(RefusedIssuer::PlainHttp),
        }
    }

    /// The identifier as configured: the `iss` of everything.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The part that the URLs of all endpoints begin with: the identifier without a trailing slash.
    #[must_use]
    pub fn base(&self) -> &str {
        self.raw.trim_end_matches('/')
    }

    /// The path of [`Issuer::base`]: empty, or beginning with a slash.
    #[must_use]
    pub fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether its cookies are `__Host-` cookies, which browsers send to every path and port of its host.
    /// On this machine, where other programs listen too, cookies go to one path, also over https.
    #[must_use]
    pub fn has_host_cookies(&self) -> bool {
        self.is_https() && !self.is_local()
    }

    /// Whether browsers that are sent to `uri` bring the cookies of this server along. Cookies do not
    /// know ports (RFC 6265 §8.5).
    #[must_use]
    pub fn shares_cookies_with(&self, uri: &RedirectUri) -> bool {
        self.is_beneath_pages(uri) || self.has_host_cookies() && self.on_its_host(uri).is_some()
    }

    /// Says why no browser may be sent to `uri` for a client, if that is so. No client may be answered at
    /// the pages of this server, or at the same path on another port; one that registered itself is
    /// answered at no place that gets the cookies of this server.
    #[must_use]
    pub fn objection(&self, uri: &RedirectUri, is_self_registered: bool) -> Option<String> {
        if self.is_beneath_pages(uri) {
            return Some(format!(
                "`{uri}`: browsers send the cookies of this server to `{}{PAGES}` on its host, whatever the \
                 port; use another path",
                self.path()
            ));
        }
        (is_self_registered && self.shares_cookies_with(uri)).then(|| {
            format!(
                "`{uri}`: browsers send the cookies of this server to every path and port of its host, so a \
                 client that registered itself is not answered there; use another host, or have the \
                 operator add the client"
            )
        })
    }

    /// Whether `uri` leads to the pages of this server that need cookies, or to the same path on another
    /// port of its host.
    fn is_beneath_pages(&self, uri: &RedirectUri) -> bool {
        let pages = format!("{}{PAGES}", self.path());
        let is_beneath = |rest: &str| rest.is_empty() || rest.starts_with('/');
        self.on_its_host(uri)
            .is_some_and(|url| url.path().strip_prefix(&pages).is_some_and(is_beneath))
    }

    /// The URL that `uri` is, if it is on the host of this server.
    fn on_its_host(&self, uri: &RedirectUri) -> Option<Url> {
        let url = Url::parse(uri.as_str()).ok()?;
        (uri.kind() != RedirectKind::PrivateUse && url.host() == self.url.host()).then_some(url)
    }

    /// Whether it is on this machine, where no certificate and no operator are expected.
    #[must_use]
    pub fn is_local(&self) -> bool {
        is_loopback(&self.url)
    }

    /// Whether browsers reach it by https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

/// Segments of unreserved characters (RFC 3986 §2.3), none of them empty.
fn is_plain(path: &str) -> bool {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().all(unreserved) && !path.contains("//")
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

/// The reason why something cannot be an issuer identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedIssuer {
    /// No URL at all.
    #[error("it must be a URL such as https://auth.example.com")]
    NotAUrl,
    /// RFC 8414 §2 allows no query and no fragment.
    #[error(
        "it must be spelled plainly: a host, no query, fragment, user name or default port, and a path of letters, digits and -._~"
    )]
    NotPlain,
    /// Everything that is signed in could be read on the way.
    #[error("plain http is for 127.0.0.1, [::1] and localhost only; use https")]
    PlainHttp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailing_slash_is_kept_and_endpoints_do_without_it() {
        let issuer = Issuer::parse("http://localhost:9000/tenant/").expect("local");
        assert_eq!(issuer.as_str(), "http://localhost:9000/tenant/");
        assert_eq!(issuer.base(), "http://localhost:9000/tenant");
        assert_eq!(issuer.path(), "/tenant");
        let root = Issuer::parse("https://auth.example/").expect("https");
        assert_eq!(
            (root.base(), root.path(), root.is_local()),
            ("https://auth.example", "", false)
        );
    }

    fn objects(issuer: &str, uri: &str, is_self_registered: bool) -> bool {
        let issuer = Issuer::parse(issuer).expect("an issuer");
        let uri = RedirectUri::parse(uri).expect("fit");
        issuer.objection(&uri, is_self_registered).is_some()
    }

    #[test]
    fn nobody_is_answered_where_cookies_go() {
        for is_self_registered in [true, false] {
            let reserves = |issuer: &str, uri: &str| objects(issuer, uri, is_self_registered);
            let local = "http://localhost:9000";
            assert!(reserves(local, "http://localhost:1/oauth/authorize"));
            assert!(reserves(local, "http://localhost:9000/x/../oauth/authorize/cb?x"));
            assert!(reserves(
                "https://auth.example/t/",
                "https://auth.example:1/t/oauth/authorize/"
            ));
            assert!(!reserves(local, "http://localhost:1/cb"));
            assert!(!reserves(local, "http://localhost:1/oauth/authorized"));
            assert!(!reserves(local, "http://127.0.0.1:9000/oauth/authorize"), "another host");
            assert!(!reserves("https://auth.example", "https://app.example/oauth/authorize"));
            assert!(!reserves(local, "com.example.app:/oauth/authorize"));
        }
    }

    #[test]
    fn over_https_no_client_that_registered_itself_is_answered_on_the_host() {
        let https = "https://auth.example/t";
        let beside = [
            "https://auth.example/cb",
            "https://AUTH.example:8443/",
            "https://auth.example/oauth/authorize",
        ];
        for uri in beside {
            assert!(objects(https, uri, true), "{uri}");
            assert!(!objects(https, uri, false), "an operator may have it so: {uri}");
        }
        for uri in [
            "https://app.auth.example/cb",
            "https://auth.example./cb",
            "http://localhost:1/cb",
            "com.example.app://auth.example/cb",
        ] {
            assert!(!objects(https, uri, true), "no cookie goes there: {uri}");
        }
    }

    #[test]
    fn on_this_machine_cookies_keep_to_one_path_also_over_https() {
        let local = Issuer::parse("https://localhost:9443").expect("local");
        assert!(!local.has_host_cookies());
        assert!(!objects(local.as_str(), "http://localhost:1/cb", true));
        assert!(objects(local.as_str(), "http://localhost:1/oauth/authorize", true));
    }

    #[test]
    fn what_cannot_sign_is_refused() {
        let refused = [
            ("auth.example", RefusedIssuer::NotAUrl),
            ("http://auth.example", RefusedIssuer::PlainHttp),
            ("http://localhost.evil.example", RefusedIssuer::PlainHttp),
            ("https://auth.example/?x", RefusedIssuer::NotPlain),
            ("https://auth.example/#x", RefusedIssuer::NotPlain),
            ("https://a@auth.example/", RefusedIssuer::NotPlain),
            ("https://:pw@auth.example/", RefusedIssuer::NotPlain),
            ("https:auth.example", RefusedIssuer::NotPlain),
            (" https://auth.example", RefusedIssuer::NotPlain),
            ("https://auth.example//", RefusedIssuer::NotPlain),
            ("http://localhost/a/:x/*y", RefusedIssuer::NotPlain),
        ];
        for (raw, reason) in refused {
            assert_eq!(Issuer::parse(raw), Err(reason), "{raw}");
        }
    }
}
