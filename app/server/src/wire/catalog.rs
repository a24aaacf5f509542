//! The resources and clients of the configuration.

use std::collections::HashSet;

use domain::{
    AuthMethod, Catalog, Client, ClientId, ClientLifetimes, GrantType, Image, Issuer,
    MalformedScope, Resource, ResourceUri, Scope,
};
use ports::inbound::ClientDraft;
use services::configured_client;

use crate::config::{ClientSection, Config, ConfigError, ResourceSection, Sensitive, Unregistered};

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
        default_resource: None,
        accepts_unregistered: tokens.unregistered_resources.unwrap_or(usual)
            == Unregistered::Accept,
        default_scope: scope("tokens.default_scope", &tokens.default_scope)?,
        scopes: tokens.scopes.clone(),
    };
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
    for name in section.scopes.keys() {
        Scope::parse(name).map_err(|error: MalformedScope| wrong(&error))?;
    }
    let every = || section.scopes.keys().cloned().collect::<Vec<_>>().join(" ");
    let default_scope = section.default_scope.clone().unwrap_or_else(every);
    if let Some(unknown) =
        default_scope.split_whitespace().find(|name| !section.scopes.contains_key(*name))
    {
        return Err(wrong(&format!(
            "`default_scope` has `{unknown}`, which is not one of its `scopes`"
        )));
    }
    Ok(Resource {
        uri,
        name: section.name.clone(),
        scopes: section.scopes.clone(),
        default_scope: scope(&key, &default_scope)?,
        introspectors: section.introspectors.iter().map(ClientId::new).collect(),
        access_token_lifetime: section.access_token_lifetime,
    })
}

pub(super) fn clients(config: &Config) -> Result<Vec<Client>, ConfigError> {
    let clients = config.clients.iter().map(client).collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::new();
    match clients.iter().find(|client| !seen.insert(&client.id)) {
        Some(twice) => Err(ConfigError::wrong("clients", format!("`{}` is there twice", twice.id))),
        None => Ok(clients),
    }
}

fn client(section: &ClientSection) -> Result<Client, ConfigError> {
    let key = format!("clients.{}", section.id);
    let wrong = |reason: &dyn ToString| ConfigError::wrong(&key, reason.to_string());
    let secret = section.secret.as_ref().map(Sensitive::read_credential).transpose();
    let secret = secret.map_err(|error| ConfigError::wrong(format!("{key}.secret"), error))?;
    let lifetimes = ClientLifetimes {
        access_token: section.access_token_lifetime,
        refresh_idle: section.refresh_idle_lifetime,
    };
    let mut client = configured_client(
        draft(section, &key)?,
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

fn draft(section: &ClientSection, key: &str) -> Result<ClientDraft, ConfigError> {
    let usual =
        if section.secret.is_some() { AuthMethod::ClientSecretBasic } else { AuthMethod::None };
    let auth_method = match &section.auth_method {
        None => usual,
        Some(name) => AuthMethod::from_wire(name).ok_or_else(|| {
            ConfigError::wrong(key, format!("`auth_method`: `{name}` is not offered"))
        })?,
    };
    let grant = |name: &String| {
        GrantType::from_wire(name).ok_or_else(|| {
            ConfigError::wrong(key, format!("`grant_types`: `{name}` is not offered"))
        })
    };
    let usual = || Ok(vec![GrantType::AuthorizationCode, GrantType::RefreshToken]);
    let listed = section.grant_types.as_ref().map(|names| names.iter().map(grant).collect());
    Ok(ClientDraft {
        id: None,
        name: section.name.clone(),
        auth_method,
        grant_types: listed.unwrap_or_else(usual)?,
        redirect_uris: section.redirect_uris.clone(),
        post_logout_redirect_uris: section.post_logout_redirect_uris.clone(),
        scope: section.scope.clone(),
        resources: section.resources.clone(),
    })
}

fn scope(key: &str, list: &str) -> Result<Scope, ConfigError> {
    Scope::parse(list).map_err(|error| ConfigError::wrong(key, error.to_string()))
}
