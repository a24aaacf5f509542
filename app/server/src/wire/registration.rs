//! Who may register clients, and for what.

use domain::{GrantType, Issuer, RedirectPolicy, RedirectUri, RegistrationPolicy};
use services::RegistrationGate;

use super::listener;
use crate::config::{Config, ConfigError, RegistrationMode, Sensitive};

/// A laptop is open to whoever sits at it, and nobody opens it to a whole network without saying so.
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

pub(super) fn policy(config: &Config, issuer: &Issuer) -> Result<RegistrationPolicy, ConfigError> {
    let (mode, approved) = (mode(config, issuer)?, &config.registration.approved_redirects);
    let key = "registration.approved_redirects";
    let redirects = match mode {
        RegistrationMode::ApprovedRedirects if approved.is_empty() => {
            return Err(ConfigError::wrong(
                key,
                "the mode `approved_redirects` needs one at least, such as \"https://app.example.com/callback\"; \
                 to let nobody register, set `registration.mode = \"closed\"`",
            ));
        }
        RegistrationMode::ApprovedRedirects => {
            let parse = |raw: &String| {
                RedirectUri::parse(raw)
                    .map_err(|error| ConfigError::wrong(key, format!("`{raw}`: {error}")))
            };
            RedirectPolicy::Approved(approved.iter().map(parse).collect::<Result<_, _>>()?)
        }
        _ if !approved.is_empty() => {
            return Err(ConfigError::wrong(
                key,
                "it needs `registration.mode = \"approved_redirects\"`",
            ));
        }
        _ => RedirectPolicy::Any,
    };
    Ok(RegistrationPolicy {
        grant_types: grant_types(config, issuer, mode)?,
        redirects,
        mistrusts_pages_beside: issuer.is_local().then(|| issuer.origin()),
    })
}

fn grant_types(
    config: &Config,
    issuer: &Issuer,
    mode: RegistrationMode,
) -> Result<Vec<GrantType>, ConfigError> {
    let Some(names) = &config.registration.grant_types else {
        let at_home = issuer.is_local() && mode == RegistrationMode::Open;
        let trusted = at_home || mode == RegistrationMode::Token;
        let usual = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        return Ok(if trusted { GrantType::ALL.to_vec() } else { usual.to_vec() });
    };
    let parse = |name: &String| {
        GrantType::from_wire(name).ok_or_else(|| {
            ConfigError::wrong("registration.grant_types", format!("`{name}` is not offered"))
        })
    };
    names.iter().map(parse).collect()
}

/// Whether anybody at all can register.
pub(super) fn is_on(gate: &RegistrationGate) -> bool {
    !matches!(gate, RegistrationGate::Closed)
}
