//! The grant types that the server honours.

use domain::{EnabledGrants, GrantType};

use crate::config::{Config, ConfigError};

/// The grant types of `tokens.grant_types`, or else those that are on by default.
pub(super) fn enabled(config: &Config) -> Result<EnabledGrants, ConfigError> {
    let Some(listed) = &config.tokens.grant_types else { return Ok(EnabledGrants::default()) };
    EnabledGrants::parse(listed)
        .map_err(|error| ConfigError::wrong("tokens.grant_types", error.to_string()))
}

/// The grant type of this name, which must be switched on: a client or a rule for a grant that is off
/// contradicts `tokens.grant_types`.
pub(super) fn named(
    key: &str,
    name: &str,
    enabled: &EnabledGrants,
) -> Result<GrantType, ConfigError> {
    let wrong = |reason: String| Err(ConfigError::wrong(key, reason));
    match GrantType::from_wire(name) {
        None => {
            wrong(format!("`{name}` is not offered; `tokens.grant_types` has {}", enabled.names()))
        }
        Some(grant) if !enabled.contains(grant) => wrong(format!(
            "`{name}` is switched off: add it to `tokens.grant_types`, or remove it here"
        )),
        Some(grant) => Ok(grant),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assembly::{Assembly, registration};

    fn config(grants: &[&str]) -> Config {
        let mut config = Config::default();
        config.tokens.grant_types = Some(grants.iter().map(|name| (*name).to_owned()).collect());
        config
    }

    #[test]
    fn clients_may_register_for_no_grant_that_is_off() {
        let issuer = domain::Issuer::parse("http://localhost:9000").expect("an issuer");
        for off in GrantType::ALL {
            let on = GrantType::ALL.iter().copied().filter(|grant| grant != off);
            let mut config = config(&[]);
            config.tokens.grant_types = Some(on.map(|grant| grant.as_str().to_owned()).collect());
            if let Ok(enabled) = enabled(&config) {
                let policy = registration::policy(&config, &issuer).expect("sound");
                assert_eq!(policy.grant_types, enabled.usual(), "{off:?}");
            }
        }
    }

    #[test]
    fn grant_types_that_are_unknown_or_contradict_one_another_are_mistakes() {
        Assembly::check(&config(&["authorization_code"])).expect("sound");
        for (grants, expected) in [
            (&["password"][..], "`password` is no grant type"),
            (&["refresh_token"], "`refresh_token` needs a grant type that a person approves"),
            (&[], "it is empty"),
        ] {
            let mistakes = Assembly::check(&config(grants)).expect_err("refused").to_string();
            assert!(mistakes.starts_with("`tokens.grant_types`: "), "{mistakes}");
            assert!(mistakes.contains(expected), "{mistakes}");
        }
    }

    #[test]
    fn a_rule_for_a_grant_that_is_off_is_a_mistake() {
        let off = "`client_credentials` is switched off: add it to `tokens.grant_types`";
        for rule in [
            "[registration]\nmachine_access = { grant_types = ['client_credentials'], \
             resources = ['http://localhost:9000'], scope = '' }",
            "[registration]\ngrant_types = ['client_credentials']",
            "[[clients]]\nid = 'api'\nsecret = '0123456789abcdef0123456789abcdef'\n\
             grant_types = ['client_credentials']",
        ] {
            let text = format!("[tokens]\ngrant_types = ['authorization_code']\n{rule}");
            let config = toml::from_str(&text).expect("TOML");
            let mistakes = Assembly::check(&config).expect_err("refused").to_string();
            assert!(mistakes.contains(off), "{mistakes}");
        }
    }
}
