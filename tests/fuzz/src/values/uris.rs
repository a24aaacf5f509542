//! URIs that say where somebody is answered, what a token is for, and who signs it.

use domain::{Issuer, RedirectKind, RedirectUri, ResourceUri};
use url::Url;

use super::two_lines;

/// Schemes that run or read something on the person's machine.
const DANGEROUS: &[&str] =
    &["about", "blob", "data", "file", "filesystem", "http", "https", "javascript", "vbscript"];

/// Two lines: what is registered, and what a request asks for.
pub(crate) fn redirect_uri(data: &[u8]) {
    let Some((registered, requested)) = two_lines(data) else { return };
    let Ok(uri) = RedirectUri::parse(registered) else { return };
    assert_eq!(uri.as_str(), registered);
    assert_eq!(RedirectUri::restore(registered.to_owned()), uri);
    assert!(registered.bytes().all(|byte| byte.is_ascii_graphic()));
    assert!(!registered.contains(['#', '*', '\\']));
    let url = Url::parse(registered).expect("an absolute URI");
    assert!(url.username().is_empty() && url.password().is_none());
    leads_where_it_says(&uri, &url);
    assert!(uri.allows(registered), "it allows itself");
    assert!(uri.leads_where(&uri));
    if uri.allows(requested) {
        allowed(&uri, url, requested);
    }
}

fn leads_where_it_says(uri: &RedirectUri, url: &Url) {
    let host = match uri.kind() {
        RedirectKind::Claimed => {
            assert_eq!(url.scheme(), "https");
            url.host_str().expect("a host")
        }
        RedirectKind::Loopback => {
            assert_eq!(url.scheme(), "http");
            let host = url.host_str().expect("a host");
            assert!(["localhost", "127.0.0.1", "[::1]"].contains(&host), "{host}");
            host
        }
        RedirectKind::PrivateUse => {
            assert!(!DANGEROUS.contains(&url.scheme()));
            return;
        }
    };
    // The host that a browser goes to is the one that a person reads.
    let spelled = uri.as_str()[url.scheme().len()..].to_ascii_lowercase();
    let rest = spelled.strip_prefix(&format!("://{host}")).expect("the host as it is");
    assert!(rest.is_empty() || rest.starts_with([':', '/', '?']), "the host and no more: {rest}");
}

fn allowed(uri: &RedirectUri, mut url: Url, requested: &str) {
    let other = RedirectUri::parse(requested).expect("only what is fit is allowed");
    assert!(other.allows(uri.as_str()), "it is mutual");
    assert!(uri.leads_where(&other));
    if uri.kind() != RedirectKind::Loopback {
        assert_eq!(uri.as_str(), requested, "it is exact");
        return;
    }
    let mut requested = Url::parse(requested).expect("an absolute URI");
    for url in [&mut url, &mut requested] {
        url.set_port(None).expect("it has a host");
    }
    assert_eq!(url, requested, "only the port may differ");
}

/// Two lines: two resources that may be the same.
pub(crate) fn resource(data: &[u8]) {
    let Some((one, other)) = two_lines(data) else { return };
    let Ok(one) = ResourceUri::parse(one) else { return };
    assert_eq!(ResourceUri::parse(&one.to_string()), Ok(one.clone()));
    assert_eq!(ResourceUri::restore(one.to_string()), one);
    assert!(!one.as_str().contains('#'));
    assert!(!one.suffix().starts_with('/'));
    assert!(one.is_same(&one));
    let Ok(other) = ResourceUri::parse(other) else { return };
    assert_eq!(one.is_same(&other), other.is_same(&one), "it is mutual");
    if one.is_same(&other) {
        let plain = |uri: &ResourceUri| {
            Url::parse(&uri.as_str().to_ascii_lowercase()).expect("an absolute URI")
        };
        assert_eq!(plain(&one), plain(&other), "{one} and {other}");
    }
}

/// An issuer is configured, but a client of ours reads that of its server: it must be plain.
pub(crate) fn issuer(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    let Ok(issuer) = Issuer::parse(text) else { return };
    assert_eq!(issuer.as_str(), text);
    assert_eq!(format!("{}{}", issuer.origin(), issuer.path()), issuer.base());
    assert!(Issuer::parse(issuer.base()).is_ok_and(|base| base.base() == issuer.base()));
    assert!(issuer.is_https() || issuer.is_local(), "nobody listens on the way");
    let page = format!("{}/oauth/authorize/login", issuer.base());
    if let Ok(page) = RedirectUri::parse(&page) {
        assert!(issuer.objection(&page, false).is_some(), "no client is answered among our pages");
    }
}
