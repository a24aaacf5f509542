//! The names of protected resources (RFC 8707 §2).

use std::fmt;

use url::Url;

use crate::redirect_uri::is_uri_byte;

/// A resource identifier: an absolute URI without a fragment (RFC 8707 §2), kept byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceUri {
    raw: String,
    /// The form in which it is compared, where that is not as it is written.
    plain: Option<String>,
}

impl ResourceUri {
    /// Reads a `resource` parameter.
    ///
    /// # Errors
    ///
    /// [`MalformedResource`].
    pub fn parse(raw: &str) -> Result<Self, MalformedResource> {
        if raw.len() > 2048 || !raw.bytes().all(is_uri_byte) {
            return Err(MalformedResource);
        }
        match Url::parse(raw) {
            Ok(url) if url.fragment().is_none() => Ok(Self::restore(raw.to_owned())),
            _ => Err(MalformedResource),
        }
    }

    /// Reads what this server has written: what was lawful once stays readable.
    #[must_use]
    pub fn restore(raw: String) -> Self {
        let bare = |url: &Url| url.has_host() && url.path() == "/" && url.query().is_none();
        let is_bare = Url::parse(&raw).is_ok_and(|url| bare(&url));
        let plain = is_bare.then(|| raw.trim_end_matches('/').to_ascii_lowercase());
        Self { raw, plain }
    }

    /// The URI as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// The part that follows `/.well-known/oauth-protected-resource` in the address of its metadata
    /// (RFC 9728 §3.1), without the leading slash: its path and query.
    #[must_use]
    pub fn suffix(&self) -> String {
        let Ok(url) = Url::parse(&self.raw) else { return String::new() };
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{query}", url.path().trim_start_matches('/'))
    }

    /// Its host, and its port if it is not the usual one: what a `Host` header for it says.
    pub(crate) fn authority(&self) -> String {
        let Ok(url) = Url::parse(&self.raw) else { return String::new() };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", url.host_str().unwrap_or_default())
    }

    /// Whether it is nothing but a scheme, a host and perhaps a port.
    pub(crate) fn is_bare_origin(&self) -> bool {
        self.plain.is_some()
    }

    /// The scheme, host and port it is at; opaque, and equal to no other, where it has no host.
    pub(crate) fn origin(&self) -> Option<url::Origin> {
        Url::parse(&self.raw).ok().map(|url| url.origin())
    }

    /// Whether both name the same thing. Clients put a `/` behind a bare origin when they pass it
    /// through a URL type, so that much is forgiven; everything else is exact.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.plain() == other.plain()
    }

    fn plain(&self) -> &str {
        self.plain.as_ref().unwrap_or(&self.raw)
    }
}

impl fmt::Display for ResourceUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.raw)
    }
}

/// Not an absolute URI, or one with a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`resource` must be an absolute URI without a fragment")]
pub struct MalformedResource;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_is_forgiven_behind_a_host_and_nowhere_else() {
        let is_same = |one, other| {
            let uri = |raw| ResourceUri::parse(raw).expect("well-formed");
            uri(one).is_same(&uri(other))
        };
        assert!(is_same("https://a.example", "HTTPS://A.example/"));
        assert!(!is_same("urn:", "urn:/"));
        assert!(!is_same("https://a.example/", "https://a.example//"));
    }

    #[test]
    fn only_an_absolute_uri_in_plain_characters_names_a_resource() {
        for good in ["https://a.example/mcp?x=1", "urn:example:api", "http://localhost:3000"] {
            assert_eq!(ResourceUri::parse(good).map(|uri| uri.raw), Ok(good.to_owned()));
        }
        for bad in
            ["a", "/a", "https://a.example#x", "https://a.example/a b", "https:\\\\a", "https://ä"]
        {
            assert_eq!(ResourceUri::parse(bad), Err(MalformedResource), "{bad}");
        }
    }
}
