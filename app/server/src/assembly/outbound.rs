//! The client for outbound requests.

use adapter_fetch::{AddressPolicy, FetchSettings, HttpsWeb};

use crate::config::{Config, ConfigError};

pub(super) fn web(config: &Config) -> Result<HttpsWeb, ConfigError> {
    let set = &config.fetch;
    if set.timeout.is_zero() {
        return Err(ConfigError::wrong("fetch.timeout", "it must be longer than nothing"));
    }
    let settings = FetchSettings {
        reach: AddressPolicy::public_and(set.allowed_networks.clone()),
        timeout: set.timeout,
        trusted_certificates: set.trusted_certificates.clone(),
    };
    HttpsWeb::new(settings)
        .map_err(|error| ConfigError::wrong("fetch.trusted_certificates", error.to_string()))
}
