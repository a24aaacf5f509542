//! The issuer identifier and the signing algorithms.

use domain::{Algorithm, Issuer};
use services::Signing;

use crate::config::{Config, ConfigError};

pub(super) fn issuer(config: &Config) -> Result<Issuer, ConfigError> {
    let wrong = |reason: String| ConfigError::wrong("server.issuer", reason);
    let raw = match &config.server.issuer {
        Some(set) => set.clone(),
        None => at_home(&config.server.address).ok_or_else(|| {
            wrong(format!(
                "it must be set, since `server.address` {} does not make one by itself: it is how \
                 clients reach this server, such as https://auth.example.com",
                config.server.address
            ))
        })?,
    };
    let issuer = Issuer::parse(&raw).map_err(|error| wrong(error.to_string()))?;
    // The router would take them for patterns.
    if issuer.path().contains([':', '*']) {
        return Err(wrong("its path must have neither `:` nor `*` in it".to_owned()));
    }
    Ok(issuer)
}

/// The issuer that an address on this machine makes.
fn at_home(address: &str) -> Option<String> {
    let raw = format!("http://{}", address.strip_suffix(":80").unwrap_or(address));
    (Issuer::parse(&raw).is_ok() && !raw.ends_with(":0")).then_some(raw)
}

/// The default signing algorithms of access tokens and ID tokens.
pub(super) fn signing(config: &Config) -> Result<Signing, ConfigError> {
    Ok(Signing {
        access_tokens: access_token_algorithm(config)?,
        id_tokens: id_token_algorithm(config)?,
    })
}

/// The default signing algorithm of access tokens (`signing.algorithm`).
pub(super) fn access_token_algorithm(config: &Config) -> Result<Algorithm, ConfigError> {
    algorithm("signing.algorithm", &config.signing.algorithm)
}

/// The default signing algorithm of ID tokens (`signing.id_token_algorithm`).
pub(super) fn id_token_algorithm(config: &Config) -> Result<Algorithm, ConfigError> {
    algorithm("signing.id_token_algorithm", &config.signing.id_token_algorithm)
}

/// The algorithm of this name, which stands at `key`.
pub(super) fn algorithm(key: &str, name: &str) -> Result<Algorithm, ConfigError> {
    Algorithm::from_wire(name).ok_or_else(|| ConfigError::wrong(key, "it must be ES256 or RS256"))
}
