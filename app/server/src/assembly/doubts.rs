//! Parts of a configuration that an operator may not have meant, although a server can run with them.

use domain::{Client, Issuer, RedirectUri};

use super::{catalog, identity};
use crate::config::{ClientSection, Config};

/// A sentence about each of them.
pub(super) fn doubts(config: &Config) -> Vec<String> {
    let mut doubts = [unknown_introspectors(config), secrets_to_encode(config)].concat();
    if let Ok(issuer) = identity::issuer(config) {
        doubts.extend(neighbours(config, &issuer));
        doubts.extend(approved_in_vain(config, &issuer));
    }
    doubts
}

/// The clients that may introspect tokens and are not in the configuration. Somebody may have added them
/// by the command line; or it is a slip of the pen, and introspection will find every token inactive.
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

/// The clients whose secret means something else when a client puts it into HTTP Basic as it is: there it
/// is form-encoded (RFC 6749 §2.3.1), and `+` stands for a blank.
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

/// The clients that get the cookies of this server, because they are on its host.
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

/// The approved redirect URIs that no client may register all the same.
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
