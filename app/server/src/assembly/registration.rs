//! The rules of dynamic client registration (RFC 7591).

use domain::{
    Catalog, GrantType, Issuer, MachineAccess, RedirectKind, RedirectPolicy, RedirectUri,
    RegistrationPolicy, Scope,
};
use services::RegistrationGate;

use super::{grants, identity, listener};
use crate::config::{Config, ConfigError, RegistrationMode, Sensitive};

/// The registration mode. Open registration is the default on a localhost issuer only while other
/// machines cannot reach it.
fn mode(config: &Config, issuer: &Issuer) -> Result<RegistrationMode, ConfigError> {
    match config.registration.mode {
        Some(mode) => Ok(mode),
        None if !issuer.is_local() => Ok(RegistrationMode::Closed),
        None if listener::is_private(config) => Ok(RegistrationMode::Open),
        None => {
            let reason = format!(
                "it must be set, since by default anybody may register clients on a localhost issuer, and \
                 `server.address` {} can be reached from other machines; set it to \"closed\" or, if that is \
                 meant, \"open\", or listen on localhost",
                config.server.address
            );
            Err(ConfigError::wrong("registration.mode", reason))
        }
    }
}

pub(super) fn gate(config: &Config, issuer: &Issuer) -> Result<RegistrationGate, ConfigError> {
    let key = "registration.initial_access_tokens";
    let tokens = &config.registration.initial_access_tokens;
    match mode(config, issuer)? {
        RegistrationMode::Token if tokens.is_empty() => {
            Err(ConfigError::wrong(key, "the mode `token` needs one at least"))
        }
        RegistrationMode::Token => {
            let read = |token: &Sensitive| token.read_credential().map(|token| token.digest());
            let digests = tokens.iter().map(read).collect::<Result<_, _>>();
            digests.map(RegistrationGate::Token).map_err(|error| ConfigError::wrong(key, error))
        }
        _ if !tokens.is_empty() => Err(ConfigError::wrong(
            key,
            "initial access tokens need `registration.mode = \"token\"`",
        )),
        RegistrationMode::Open | RegistrationMode::ApprovedRedirects => Ok(RegistrationGate::Open),
        RegistrationMode::Closed => Ok(RegistrationGate::Closed),
    }
}

/// The redirect URIs that dynamically registered clients may have.
pub(super) fn redirects(config: &Config, issuer: &Issuer) -> Result<RedirectPolicy, ConfigError> {
    let (mode, approved) = (mode(config, issuer)?, &config.registration.approved_redirects);
    let key = "registration.approved_redirects";
    match mode {
        RegistrationMode::ApprovedRedirects if approved.is_empty() => Err(ConfigError::wrong(
            key,
            "the mode `approved_redirects` needs one at least, such as \"https://app.example.com/callback\"; \
                 to let nobody register, set `registration.mode = \"closed\"`",
        )),
        RegistrationMode::ApprovedRedirects => {
            let parse = |raw: &String| {
                RedirectUri::parse(raw)
                    .map_err(|error| ConfigError::wrong(key, format!("`{raw}`: {error}")))
            };
            approved.iter().map(parse).collect::<Result<_, _>>().map(RedirectPolicy::Approved)
        }
        _ if !approved.is_empty() => {
            Err(ConfigError::wrong(key, "it needs `registration.mode = \"approved_redirects\"`"))
        }
        _ => Ok(RedirectPolicy::Owned { schemes: schemes(config)? }),
    }
}

pub(super) fn policy(config: &Config, issuer: &Issuer) -> Result<RegistrationPolicy, ConfigError> {
    Ok(RegistrationPolicy {
        grant_types: grant_types(config)?,
        redirects: redirects(config, issuer)?,
        id_token_algorithm: Some(identity::id_token_algorithm(config)?),
        mistrusts_pages_beside: issuer.is_local().then(|| issuer.origin()),
        issuer: Some(issuer.clone()),
    })
}

fn schemes(config: &Config) -> Result<Vec<String>, ConfigError> {
    let key = "registration.private_use_schemes";
    let parse = |raw: &String| {
        let scheme = raw.to_ascii_lowercase();
        let uri = RedirectUri::parse(&format!("{scheme}:/"))
            .map_err(|error| ConfigError::wrong(key, format!("`{raw}`: {error}")))?;
        if uri.kind() == RedirectKind::PrivateUse {
            return Ok(scheme);
        }
        Err(ConfigError::wrong(key, format!("`{raw}` is no private-use scheme")))
    };
    config.registration.private_use_schemes.iter().map(parse).collect()
}

fn grant_types(config: &Config) -> Result<Vec<GrantType>, ConfigError> {
    let machine = machine_grants(config)?;
    let Some(names) = &config.registration.grant_types else {
        return Ok([grants::enabled(config)?.usual(), machine].concat());
    };
    let (key, enabled) = ("registration.grant_types", grants::enabled(config)?);
    let parse = |name: &String| {
        let grant = grants::named(key, name, &enabled)?;
        if !grant.needs_person() && !machine.contains(&grant) {
            return Err(ConfigError::wrong(
                key,
                format!(
                    "`{name}` needs no person, so `registration.machine_access` must say what for"
                ),
            ));
        }
        Ok(grant)
    };
    names.iter().map(parse).collect()
}

/// The access that dynamically registered clients may have without a person.
pub(super) fn machine_access(
    config: &Config,
    catalog: &Catalog,
) -> Result<Option<MachineAccess>, ConfigError> {
    let Some(section) = &config.registration.machine_access else { return Ok(None) };
    let wrong = |reason: String| ConfigError::wrong("registration.machine_access", reason);
    let target = |raw: &String| {
        let found = catalog.resolve(std::slice::from_ref(raw));
        found.map(|found| found.into_iter().next()).map_err(|error| wrong(error.to_string()))
    };
    let targets = section.resources.iter().map(target).collect::<Result<Vec<_>, _>>()?;
    if targets.is_empty() {
        return Err(wrong("`resources` is empty, so there is nothing to have".to_owned()));
    }
    let scope = Scope::parse(&section.scope).map_err(|error| wrong(error.to_string()))?;
    Ok(Some(MachineAccess { grant_types: machine_grants(config)?, targets, scope }))
}

fn machine_grants(config: &Config) -> Result<Vec<GrantType>, ConfigError> {
    let Some(section) = &config.registration.machine_access else { return Ok(Vec::new()) };
    let (key, enabled) = ("registration.machine_access", grants::enabled(config)?);
    let parse = |name: &String| {
        let grant = grants::named(key, name, &enabled)?;
        if grant.needs_person() {
            let reason =
                format!("`{name}` is no grant that needs no person; `client_credentials` is");
            return Err(ConfigError::wrong(key, reason));
        }
        Ok(grant)
    };
    section.grant_types.iter().map(parse).collect()
}

/// Whether anybody at all can register.
pub(super) fn is_on(gate: &RegistrationGate) -> bool {
    !matches!(gate, RegistrationGate::Closed)
}
