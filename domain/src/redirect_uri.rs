//! Redirect URIs (OAuth 2.1 §2.3, RFC 8252 §7).

mod applications;
mod registrants;
mod schemes;

use std::fmt;

use url::{Host, Url};

pub use self::registrants::Registrant;
use self::schemes::{is_reversed_domain, is_taken, without_scheme};

/// A redirect URI that was fit to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri(String);

/// The kind of a redirect URI: the way in which the answer reaches the client (RFC 8252 §7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// An https URL (RFC 8252 §7.2).
    Claimed,
    /// Plain http to the person's own machine (RFC 8252 §7.3).
    Loopback,
    /// A scheme that an application has claimed on the person's machine (RFC 8252 §7.1).
    PrivateUse,
}

impl RedirectUri {
    /// Reads a URI that a client asks to have registered.
    ///
    /// # Errors
    ///
    /// [`RefusedRedirectUri`] says what to change.
    pub fn parse(raw: &str) -> Result<Self, RefusedRedirectUri> {
        use RefusedRedirectUri as Refused;
        if raw.len() > 2048 || !raw.bytes().all(is_uri_byte) {
            return Err(Refused::Malformed);
        }
        if raw.contains('*') {
            return Err(Refused::Wildcard);
        }
        if let Some(meant) = without_scheme(raw) {
            return Err(Refused::MissingScheme(meant));
        }
        let url = Url::parse(raw).map_err(|_| Refused::Malformed)?;
        if url.fragment().is_some() {
            return Err(Refused::Fragment);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::UserInfo);
        }
        kind(&url)?;
        // What a browser would read differently from what a person reads is not worth registering:
        // `http://127.1`, `https:example.com`, `http:\\host`, `https://example.com%C2%AD`.
        let spelled = |host| {
            let rest = raw[url.scheme().len()..].to_ascii_lowercase();
            rest.strip_prefix(&format!("://{host}"))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?']))
        };
        if url.host().is_some_and(|host| !spelled(host)) {
            return Err(Refused::Malformed);
        }
        Ok(Self(raw.to_owned()))
    }

    /// Reads a URI that was registered here. What was fit then stays readable, whatever is asked of
    /// new ones; whether it still leads anywhere is decided when it is used.
    #[must_use]
    pub fn restore(raw: String) -> Self {
        Self(raw)
    }

    /// The URI as registered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The private-use schemes of applications that are known here.
    pub fn known_schemes() -> impl Iterator<Item = &'static str> {
        applications::schemes()
    }

    /// The way in which the answer reaches the client.
    #[must_use]
    pub fn kind(&self) -> RedirectKind {
        let kind = Url::parse(&self.0).ok().and_then(|url| kind(&url).ok());
        kind.unwrap_or(RedirectKind::PrivateUse)
    }

    /// The place that a person will be sent to, as it is shown to them: the host, or for a private-use
    /// scheme the scheme.
    #[must_use]
    pub fn destination(&self) -> String {
        match Url::parse(&self.0) {
            Ok(url) if self.kind() != RedirectKind::PrivateUse => {
                url.host_str().unwrap_or_default().to_owned()
            }
            Ok(url) => format!("{}:", url.scheme()),
            Err(_) => self.0.clone(),
        }
    }

    /// The name of the application that is known to claim the private-use scheme of this URI; `None` for
    /// every other URI. Any program can claim a scheme, so the name is a hint for people and proves
    /// nothing (RFC 8252 §8.6).
    #[must_use]
    pub fn application(&self) -> Option<&'static str> {
        let url = Url::parse(&self.0).ok()?;
        (self.kind() == RedirectKind::PrivateUse)
            .then(|| applications::name(url.scheme()))
            .flatten()
    }

    /// Whether a client that nobody has checked may claim this URI's private-use scheme: it is a domain
    /// name in reverse, which is what RFC 8252 §7.1 asks for, or a known application's, or one of
    /// `others`, which are in lower case. True for every URI without a private-use scheme.
    #[must_use]
    pub fn has_owner(&self, others: &[String]) -> bool {
        if self.kind() != RedirectKind::PrivateUse {
            return true;
        }
        Url::parse(&self.0).is_ok_and(|url| {
            let scheme = url.scheme();
            is_reversed_domain(scheme)
                || applications::name(scheme).is_some()
                || others.iter().any(|other| other == scheme)
        })
    }

    /// Whether both lead to the same place, whatever the path: the same server, the person's own
    /// machine, or the same application on it.
    #[must_use]
    pub fn leads_where(&self, other: &Self) -> bool {
        let place = |uri: &Self| {
            let url = Url::parse(&uri.0).ok()?;
            let port = (uri.kind() == RedirectKind::Claimed).then(|| url.port()).flatten();
            Some((url.scheme().to_owned(), uri.destination(), port))
        };
        place(self).is_some_and(|here| place(other) == Some(here))
    }

    /// Whether a request may ask to be answered at `requested`: it is this very URI, or this is a
    /// loopback URI and only the port differs (OAuth 2.1 §2.3.1, RFC 8252 §7.3).
    #[must_use]
    pub fn allows(&self, requested: &str) -> bool {
        // What was registered once may not be fit to be any more.
        if Self::parse(requested).is_err() {
            return false;
        }
        let is_loopback = self.kind() == RedirectKind::Loopback;
        self.0 == requested || is_loopback && without_port(&self.0) == without_port(requested)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn kind(url: &Url) -> Result<RedirectKind, RefusedRedirectUri> {
    match url.scheme() {
        "https" => Ok(RedirectKind::Claimed),
        "http" if is_loopback(url) => Ok(RedirectKind::Loopback),
        "http" => Err(RefusedRedirectUri::PlainHttp),
        scheme if is_taken(scheme) => Err(RefusedRedirectUri::Scheme),
        _ => Ok(RedirectKind::PrivateUse),
    }
}

/// Whether the URL leads to the machine it is opened on: `127.0.0.1`, `[::1]` or `localhost`.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.octets() == [127, 0, 0, 1],
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether a page of this web origin (Fetch §3.1) is served by the machine that shows it.
#[must_use]
pub fn is_loopback_origin(origin: &str) -> bool {
    Url::parse(origin).is_ok_and(|url| is_loopback(&url))
}

/// The text before and after the port of an `http` URL that [`RedirectUri::parse`] has accepted.
fn without_port(raw: &str) -> (String, &str) {
    let start = raw.find("://").map_or(0, |at| at + 3);
    let end = raw[start..].find(['/', '?']).map_or(raw.len(), |at| start + at);
    let authority = raw[..end].to_ascii_lowercase();
    let port = authority.rfind(':').filter(|at| *at > start && !authority[*at..].contains(']'));
    (authority[..port.unwrap_or(authority.len())].to_owned(), &raw[end..])
}

/// The characters of RFC 3986 §2.
pub(crate) fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte)
}

/// The reason why a redirect URI may not be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedRedirectUri {
    /// Not an absolute URI, or one that a browser reads differently from a person.
    #[error("it must be an absolute URI of at most 2048 characters, spelled plainly")]
    Malformed,
    /// OAuth 2.1 §2.3 forbids it.
    #[error("it must not have a fragment")]
    Fragment,
    /// `https://bank.example@evil.example/`.
    #[error("it must not contain a user name or password")]
    UserInfo,
    /// Redirect URIs are compared exactly (OAuth 2.1 §2.3.1).
    #[error("it must not contain a wildcard; register each URI")]
    Wildcard,
    /// Anybody on the way could read the code (OAuth 2.1 §1.5).
    #[error("plain http is for 127.0.0.1, [::1] and localhost only; use https")]
    PlainHttp,
    /// `javascript:` and its kind, and the schemes of platforms and browsers.
    #[error(
        "this scheme does not belong to an application; use a domain name of yours in reverse, such \
         as `com.example.app:/callback`"
    )]
    Scheme,
    /// `localhost:3000/cb`, which has a scheme called `localhost`. It holds what was probably meant.
    #[error("it has no scheme; `{0}` was probably meant")]
    MissingScheme(String),
}

#[cfg(test)]
mod tests;
