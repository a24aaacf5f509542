//! The resources and clients of the configuration.

use std::collections::HashSet;

use domain::{
    AuthMethod, Catalog, Client, ClientId, ClientLifetimes, DescribedScopes, EnabledGrants, Image,
    Issuer, RedirectUri, Resource, ResourceUri, Scope,
};
use ports::inbound::ClientDraft;
use services::configured_client;

use super::{grants, identity::algorithm, registration};
use crate::config::{
    ClientSection, Config, ConfigError, Findings, ResourceSection, Scopes, Sensitive,
    TokensSection, Unregistered,
};

pub(super) fn catalog(config: &Config, issuer: &Issuer) -> Result<Catalog, ConfigError> {
    let tokens = &config.tokens;
    let resources = config.resources.iter().map(resource).collect::<Result<Vec<_>, _>>()?;
    let twice = |(index, resource): &(usize, &Resource)| {
        resources[..*index].iter().any(|other| other.uri.is_same(&resource.uri))
    };
    if let Some((_, twice)) = resources.iter().enumerate().find(twice) {
        return Err(ConfigError::wrong("resources", format!("`{}` is there twice", twice.uri)));
    }
    let usual = if issuer.is_local() && resources.is_empty() {
        Unregistered::Accept
    } else {
        Unregistered::Refuse
    };
    let catalog = Catalog {
        resources,
        issuer: ResourceUri::parse(issuer.as_str()).ok(),
        default_resource: None,
        accepts_unregistered: tokens.unregistered_resources.unwrap_or(usual)
            == Unregistered::Accept,
        default_scope: default_scope(tokens)?,
        scopes: scopes("tokens.scopes", &tokens.scopes)?,
        machine_access: None,
    };
    let machine_access = registration::machine_access(config, &catalog)?;
    let catalog = Catalog { machine_access, ..catalog };
    let Some(raw) = &tokens.default_resource else { return Ok(catalog) };
    let found = catalog.resolve(std::slice::from_ref(raw));
    let found =
        found.map_err(|error| ConfigError::wrong("tokens.default_resource", error.to_string()))?;
    Ok(Catalog { default_resource: found.into_iter().next(), ..catalog })
}

fn resource(section: &ResourceSection) -> Result<Resource, ConfigError> {
    let key = format!("resources.{}", section.uri);
    let wrong = |error: &dyn ToString| ConfigError::wrong(&key, error.to_string());
    let uri = ResourceUri::parse(&section.uri).map_err(|error| wrong(&error))?;
    let scopes = scopes(&format!("{key}.scopes"), &section.scopes)?;
    let every = || scopes.names().collect::<Vec<_>>().join(" ");
    let default_scope = section.default_scope.clone().unwrap_or_else(every);
    if let Some(unknown) = default_scope.split_whitespace().find(|name| !scopes.contains(name)) {
        return Err(wrong(&format!(
            "`default_scope` has `{unknown}`, which is not one of its `scopes`"
        )));
    }
    Ok(Resource {
        uri,
        name: section.name.clone(),
        scopes,
        default_scope: scope(&key, &default_scope)?,
        introspectors: section.introspectors.iter().map(ClientId::new).collect(),
        access_token_lifetime: section.access_token_lifetime,
        algorithm: section
            .algorithm
            .as_deref()
            .map(|name| algorithm(&format!("{key}.algorithm"), name))
            .transpose()?,
    })
}

/// Checks that the scopes and resources of clients exist.
pub(super) fn check_reach(clients: &[Client], catalog: &Catalog, findings: &mut Findings) {
    for client in clients {
        let listed = client.metadata.resources.iter().flatten();
        for unknown in listed.filter(|uri| !catalog.offers(uri)) {
            findings.note::<()>(Err(ConfigError::wrong(
                format!("clients.{}.resources", client.id),
                format!("`{unknown}` is none of the `[[resources]]`"),
            )));
        }
    }
}

/// Checks that no redirect URI of a client leads to this server's own pages.
pub(super) fn check_places(clients: &[Client], issuer: &Issuer, findings: &mut Findings) {
    for client in clients {
        for (member, uri) in places(client) {
            if let Some(objection) = issuer.objection(uri, false) {
                let key = format!("clients.{}.{member}", client.id);
                findings.note::<()>(Err(ConfigError::wrong(key, objection)));
            }
        }
    }
}

/// The redirect URIs of a client, each with the metadata member that it stands in.
pub(super) fn places(client: &Client) -> impl Iterator<Item = (&'static str, &RedirectUri)> {
    let metadata = &client.metadata;
    let answers = metadata.redirect_uris.iter().map(|uri| ("redirect_uris", uri));
    let after = metadata.post_logout_redirect_uris.iter();
    answers.chain(after.map(|uri| ("post_logout_redirect_uris", uri)))
}

/// Reads each client, adds the mistakes to `findings`, and returns the valid ones.
pub(super) fn check_clients(config: &Config, findings: &mut Findings) -> Vec<Client> {
    let grants = findings.note(grants::enabled(config)).unwrap_or_default();
    let read = |section| findings.note(client(section, &grants));
    let good = config.clients.iter().filter_map(read).collect();
    findings.note(check_names(&config.clients));
    good
}

pub(super) fn clients(config: &Config) -> Result<Vec<Client>, ConfigError> {
    check_names(&config.clients)?;
    let grants = grants::enabled(config)?;
    config.clients.iter().map(|section| client(section, &grants)).collect()
}

fn check_names(clients: &[ClientSection]) -> Result<(), ConfigError> {
    let mut seen = HashSet::new();
    match clients.iter().find(|client| !seen.insert(&client.id)) {
        Some(twice) => Err(ConfigError::wrong("clients", format!("`{}` is there twice", twice.id))),
        None => Ok(()),
    }
}

fn client(section: &ClientSection, grants: &EnabledGrants) -> Result<Client, ConfigError> {
    let key = format!("clients.{}", section.id);
    let wrong = |reason: &dyn ToString| ConfigError::wrong(&key, reason.to_string());
    let secret = section.secret.as_ref().map(Sensitive::read_credential).transpose();
    let secret = secret.map_err(|error| ConfigError::wrong(format!("{key}.secret"), error))?;
    let lifetimes = ClientLifetimes {
        access_token: section.access_token_lifetime,
        refresh_idle: section.refresh_idle_lifetime,
    };
    let mut client = configured_client(
        draft(section, &key, grants)?,
        ClientId::new(&section.id),
        secret.as_ref(),
        lifetimes,
    )
    .map_err(|error| wrong(&error))?;
    if section.logo_uri.as_deref().is_some_and(|uri| !is_logo(uri)) {
        return Err(wrong(
            &"`logo_uri` must be an https URL, or a PNG, JPEG, GIF or WebP image of \
                           at most 64 KiB as a data URL in base64",
        ));
    }
    client.metadata.logo_uri.clone_from(&section.logo_uri);
    Ok(client)
}

fn is_logo(uri: &str) -> bool {
    uri.starts_with("https://") || Image::from_data_url(uri).is_some()
}

fn draft(
    section: &ClientSection,
    key: &str,
    grants: &EnabledGrants,
) -> Result<ClientDraft, ConfigError> {
    let usual =
        if section.secret.is_some() { AuthMethod::ClientSecretBasic } else { AuthMethod::None };
    let auth_method = match &section.auth_method {
        None => usual,
        Some(name) => AuthMethod::from_wire(name).ok_or_else(|| {
            ConfigError::wrong(key, format!("`auth_method`: `{name}` is not offered"))
        })?,
    };
    let grant = |name: &String| grants::named(&format!("{key}.grant_types"), name, grants);
    let asked = section.id_token_signed_response_alg.as_deref();
    let member = format!("{key}.id_token_signed_response_alg");
    let listed = section.grant_types.as_ref().map(|names| names.iter().map(grant).collect());
    Ok(ClientDraft {
        id: None,
        name: section.name.clone(),
        auth_method,
        grant_types: listed.unwrap_or_else(|| Ok(grants.usual()))?,
        redirect_uris: section.redirect_uris.clone(),
        post_logout_redirect_uris: section.post_logout_redirect_uris.clone(),
        scope: section.scope.clone(),
        resources: section.resources.clone(),
        id_token_algorithm: asked.map(|name| algorithm(&member, name)).transpose()?,
    })
}

fn default_scope(tokens: &TokensSection) -> Result<Scope, ConfigError> {
    let key = "tokens.default_scope";
    let scope = scope(key, &tokens.default_scope)?;
    let exists = |name: &str| {
        tokens.scopes.0.iter().any(|(known, _)| known == name)
            || Scope::OF_OPENID.iter().any(|(known, _)| *known == name)
    };
    if let Some(unknown) = scope.iter().find(|name| !exists(name)) {
        return Err(ConfigError::wrong(
            key,
            format!("`{unknown}` is neither one of `tokens.scopes` nor one of OpenID Connect"),
        ));
    }
    Ok(scope)
}

/// Scopes with their descriptions. Each name must be one scope: with a blank in it, it could be
/// asked for only as two others.
fn scopes(key: &str, described: &Scopes) -> Result<DescribedScopes, ConfigError> {
    let lawful = |name: &str| Scope::parse(name).is_ok_and(|scope| scope.contains(name));
    match described.0.iter().find(|(name, _)| !lawful(name)) {
        None => Ok(described.0.iter().cloned().collect()),
        Some((name, _)) => Err(ConfigError::wrong(
            key,
            format!(
                "`{name}` is no scope; one is made of printable ASCII characters, without blanks, \
                 quotes and backslashes"
            ),
        )),
    }
}

fn scope(key: &str, list: &str) -> Result<Scope, ConfigError> {
    Scope::parse(list).map_err(|error| ConfigError::wrong(key, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_requests_get_by_default_may_be_of_either_kind_and_of_no_other() {
        let scopes = Scopes(vec![("tool".to_owned(), "Use the tool".to_owned())]);
        let tokens = |list: &str| TokensSection {
            default_scope: list.to_owned(),
            scopes: scopes.clone(),
            ..TokensSection::default()
        };
        let scope = default_scope(&tokens("tool openid")).expect("both exist");
        assert_eq!(scope.to_string(), "openid tool");
        assert_eq!(default_scope(&tokens("")).expect("nothing is asked for"), Scope::default());
        let refused = default_scope(&tokens("openid tools")).expect_err("a typo").to_string();
        assert!(refused.contains("`tools`"), "{refused}");
    }
}
