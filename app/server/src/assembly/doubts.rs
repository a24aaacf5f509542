//! Warnings about settings that are valid and probably not intended.

use domain::{Client, Issuer, RedirectUri};

use super::{catalog, identity};
use crate::config::{ClientSection, Config};

/// One sentence for each warning.
pub(super) fn doubts(config: &Config) -> Vec<String> {
    let mut doubts = [unknown_introspectors(config), secrets_to_encode(config)].concat();
    if let Ok(issuer) = identity::issuer(config) {
        doubts.extend(neighbours(config, &issuer));
        doubts.extend(approved_in_vain(config, &issuer));
    }
    doubts
}

/// The introspectors that are no clients of the configuration. They may have been added by the command
/// line; if the name is a typo, introspection finds every token inactive.
fn unknown_introspectors(config: &Config) -> Vec<String> {
    let is_known = |id: &String| config.clients.iter().any(|client| client.id == *id);
    let named = config.resources.iter().flat_map(|resource| {
        resource.introspectors.iter().filter(|id| !is_known(id)).map(|id| (&resource.uri, id))
    });
    let say = |(uri, id): (&String, &String)| {
        format!(
            "`resources.{uri}.introspectors`: `{id}` is none of the `[[clients]]`; unless it was added with \
             `portcullis client add`, nobody can introspect as it"
        )
    };
    named.map(say).collect()
}

/// The clients whose secret changes unless it is form-encoded for HTTP Basic (RFC 6749 §2.3.1), where
/// `+` stands for a blank.
fn secrets_to_encode(config: &Config) -> Vec<String> {
    let is_odd = |section: &&ClientSection| {
        let by_basic =
            section.auth_method.as_deref().is_none_or(|name| name == "client_secret_basic");
        let secret = section.secret.as_ref().filter(|_| by_basic);
        let secret = secret.and_then(|secret| secret.read_credential().ok());
        secret.is_some_and(|secret| secret.expose().contains(['+', '%']))
    };
    let say = |section: &ClientSection| {
        format!(
            "`clients.{}.secret` has a `+` or `%`, and many clients do not encode it for HTTP Basic as RFC \
             6749 section 2.3.1 asks, so that it arrives as another one; use a secret of letters, digits, \
             `-` and `_`, such as from `openssl rand -hex 32`, or `auth_method = \"client_secret_post\"`",
            section.id
        )
    };
    config.clients.iter().filter(is_odd).map(say).collect()
}

/// The clients on the host of the issuer, which receive its cookies.
fn neighbours(config: &Config, issuer: &Issuer) -> Vec<String> {
    let clients = catalog::clients(config).unwrap_or_default();
    let say = |client: &Client| {
        let (member, uri) =
            catalog::places(client).find(|(_, uri)| issuer.shares_cookies_with(uri))?;
        Some(format!(
            "`clients.{}.{member}`: `{uri}` is on the host of the issuer, so whatever answers there gets the \
             session cookies of the people who come, and could act as them; trust it as you trust this \
             server, or give it another host",
            client.id
        ))
    };
    clients.iter().filter_map(say).collect()
}

/// The approved redirect URIs that registration refuses nevertheless.
fn approved_in_vain(config: &Config, issuer: &Issuer) -> Vec<String> {
    let say = |raw: &String| {
        let uri = RedirectUri::parse(raw).ok()?;
        let objection = issuer.objection(&uri, true)?;
        Some(format!(
            "`registration.approved_redirects` approves what no client can register: {objection}"
        ))
    };
    config.registration.approved_redirects.iter().filter_map(say).collect()
}
