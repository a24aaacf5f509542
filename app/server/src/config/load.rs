//! Reads the configuration, and says what is wrong with it.

mod every_mistake;
mod scope_order;

use std::{env, path::Path};

use figment::{
    Figment,
    error::Kind,
    providers::{Env, Format, Serialized, Toml},
};

use self::every_mistake::note_all;
use super::{Config, Findings, Mistakes};

/// The file that is read if it is there.
const USUAL_FILE: &str = "portcullis.toml";
const PREFIX: &str = "PORTCULLIS_";

/// Reads `file`, or `portcullis.toml` if there is one, then `PORTCULLIS_*`.
///
/// # Errors
///
/// Names every key that is unknown or has a value of another kind, and the file or the variable it
/// came from.
pub(crate) fn load(file: Option<&Path>) -> Result<Config, Mistakes> {
    let (mut findings, layers) = (Findings::default(), layers(file));
    let Some(layers) = findings.note(layers) else {
        return findings.into_result(Config::default());
    };
    let config = match layers.extract() {
        Ok(mut config) => {
            scope_order::restore(&mut config, file.unwrap_or(Path::new(USUAL_FILE)));
            config
        }
        Err(first) => {
            note_all(first, &layers, &mut findings);
            Config::default()
        }
    };
    findings.into_result(config)
}

fn layers(file: Option<&Path>) -> Result<Figment, ConfigError> {
    let from_file = match file {
        Some(file) if !file.is_file() => {
            return Err(ConfigError::NoFile(file.display().to_string()));
        }
        Some(file) => Figment::from(Toml::file_exact(file)),
        None if Path::new(USUAL_FILE).is_file() => Figment::from(Toml::file_exact(USUAL_FILE)),
        None => Figment::new(),
    };
    let from_file = from_file.merge(from_environment());
    Ok(literal_keys()
        .fold(from_file, |layers, (key, value)| layers.merge(Serialized::default(key, value))))
}

fn from_environment() -> Env {
    // `PORTCULLIS_CONFIG` names the file, and is read by the command line.
    Env::prefixed(PREFIX)
        .ignore(&["config"])
        .filter(|name| !is_of_kubernetes(name.as_str()))
        .split("__")
}

/// Kubernetes puts the addresses of services whose names begin with `portcullis` into the environment
/// under names like ours: `PORTCULLIS_SERVICE_HOST`, `PORTCULLIS_POSTGRESQL_PORT_5432_TCP`.
fn is_of_kubernetes(name: &str) -> bool {
    let name = format!("_{}_", name.to_ascii_lowercase());
    let parts = ["_service_host_", "_service_port_", "_port_"];
    !name.contains("__") && parts.iter().any(|part| name.contains(part))
}

/// The keys that are taken from the environment as they stand: `0123` is a password, not a number.
fn literal_keys() -> impl Iterator<Item = (&'static str, String)> {
    let keys = [
        "bootstrap.password",
        "bootstrap.username",
        "data_dir",
        "master_key",
        "server.address",
        "server.issuer",
        "storage.url",
    ];
    keys.into_iter().filter_map(|key| {
        let name = format!("{PREFIX}{}", key.replace('.', "__").to_uppercase());
        let value = env::var(name).ok().filter(|value| !value.starts_with('{'))?;
        Some((key, value))
    })
}

/// A reason to refuse the configuration.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    /// The file that was named is not there.
    #[error("the configuration file {0} does not exist, or is no file")]
    NoFile(String),
    /// A value that has the right type and is wrong nevertheless.
    #[error("`{key}`: {reason}")]
    Wrong {
        /// The key.
        key: String,
        /// The mistake and its remedy, for the operator.
        reason: String,
    },
}

impl ConfigError {
    /// Something is wrong with the value of a key.
    pub(crate) fn wrong(key: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Wrong { key: key.into(), reason: reason.into() }
    }
}

/// One sentence: the key, what is wrong with it, and where it came from.
fn explain(error: &figment::Error) -> String {
    let place = match &error.metadata {
        Some(metadata) => match metadata.source.as_ref().and_then(figment::Source::file_path) {
            Some(file) => format!(" in {}", file.display()),
            None => " in the environment".to_owned(),
        },
        None => String::new(),
    };
    let path = error.path.join(".");
    match &error.kind {
        Kind::UnknownField(name, known) => {
            let parent = error.path.iter().take(error.path.len().saturating_sub(1));
            let key =
                parent.map(String::as_str).chain([name.as_str()]).collect::<Vec<_>>().join(".");
            format!("unknown configuration key `{key}`{place}; known here: {}", known.join(", "))
        }
        // What was found instead may be a secret in the wrong place.
        Kind::InvalidType(_, expected) | Kind::InvalidValue(_, expected) => {
            let example = match expected.as_str() {
                "a duration" => ", such as \"90s\", \"15m\" or \"30days\"",
                _ => "",
            };
            format!("`{path}`{place}: it must be {expected}{example}")
        }
        Kind::UnknownVariant(name, known) => {
            format!("`{path}`{place}: it must be {}, not `{name}`", known.join(" or "))
        }
        kind if path.is_empty() => {
            format!("the configuration{place} is not valid: {}", one_line(&kind.to_string()))
        }
        kind => format!("`{path}`{place}: {}", one_line(&kind.to_string())),
    }
}

/// A message without the picture of the place that stands between its first line and its last.
fn one_line(message: &str) -> String {
    let is_drawn = |line: &str| {
        line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with('|')
    };
    let lines = message.lines().filter(|line| !is_drawn(line) && !line.trim().is_empty());
    lines.map(str::trim).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use figment::Jail;

    use super::*;
    use crate::config::Scopes;

    #[test]
    #[expect(clippy::result_large_err, reason = "the signature of Jail")]
    fn the_environment_goes_over_the_file_and_the_file_over_the_defaults() {
        Jail::expect_with(|jail| {
            jail.create_file("portcullis.toml", "[lifetimes]\ncode = '30s'\nsession = '1h'\n")?;
            jail.set_env("PORTCULLIS_LIFETIMES__CODE", "45s");
            jail.set_env("PORTCULLIS_BOOTSTRAP__PASSWORD", "0123456789");
            let config = load(None).expect("valid");
            assert_eq!(config.lifetimes.code, Duration::from_secs(45));
            assert_eq!(config.lifetimes.session, Duration::from_hours(1));
            assert_eq!(config.lifetimes.access_token, Duration::from_mins(15));
            let password =
                config.bootstrap.password.as_ref().map(|password| password.read().expect("inline"));
            assert_eq!(password.expect("set").expose(), "0123456789", "a password is not a number");
            assert!(!format!("{config:?}").contains("123456789"), "a secret is never printed");
            Ok(())
        });
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the signature of Jail")]
    fn scopes_are_in_the_order_of_the_file() {
        Jail::expect_with(|jail| {
            let file = "[tokens.scopes]\nzeal = 'Z'\nadmin = 'A'\n\
                        [[resources]]\nuri = 'https://notes.example'\n\
                        scopes = { \"notes:write\" = 'Write', \"notes:read\" = 'Read' }\n\
                        [[resources]]\nuri = 'https://mail.example'\n\
                        [resources.scopes]\nsend = 'Send'\nread = 'Read'\n";
            jail.create_file("portcullis.toml", file)?;
            let config = load(None).expect("valid");
            let names = |scopes: &Scopes| {
                let names: Vec<_> = scopes.0.iter().map(|(name, _)| name.as_str()).collect();
                names.join(" ")
            };
            assert_eq!(names(&config.tokens.scopes), "zeal admin");
            assert_eq!(names(&config.resources[0].scopes), "notes:write notes:read");
            assert_eq!(names(&config.resources[1].scopes), "send read");
            Ok(())
        });
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the signature of Jail")]
    fn what_kubernetes_says_of_a_service_called_portcullis_is_no_setting() {
        Jail::expect_with(|jail| {
            for name in [
                "SERVICE_HOST",
                "POSTGRESQL_PORT_5432_TCP",
                "REDIS_SERVICE_HOST",
                "REDIS_PORT",
                "SERVICE_PORT",
                "SERVICE_PORT_HTTP",
                "PORT",
                "PORT_9000_TCP_ADDR",
            ] {
                jail.set_env(format!("PORTCULLIS_{name}"), "tcp://10.0.0.1:9000");
            }
            load(None).expect("nothing of ours");
            Ok(())
        });
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the signature of Jail")]
    fn every_mistake_is_named_at_once() {
        Jail::expect_with(|jail| {
            let wrong = "isuer = 'x'\n[server]\nadress = 1\nidle_timeout = 5\n[lifetimes]\ncode = 'soon'\n\
                         [[clients]]\nid = 'app'\nsecrets = 'x'\nname = 7\n";
            jail.create_file("portcullis.toml", wrong)?;
            jail.set_env("PORTCULLIS_LOG__FORMAT", "xml");
            let said = load(None).expect_err("much is wrong").to_string();
            let named = [
                "7 mistakes",
                "`isuer`",
                "`server.adress`",
                "`server.idle_timeout`",
                "`lifetimes.code`",
                "`clients.0.secrets`",
                "`log.format`",
            ];
            for name in named {
                assert!(said.contains(name), "{name}: {said}");
            }
            assert_eq!(said.matches("portcullis.toml").count(), 6, "{said}");
            Ok(())
        });
    }

    #[test]
    #[expect(clippy::result_large_err, reason = "the signature of Jail")]
    fn what_is_wrong_is_named_with_its_place() {
        Jail::expect_with(|jail| {
            jail.create_file("a.toml", "[server]\nisuer = 'x'\n")?;
            jail.create_file("b.toml", "[lifetimes]\ncode = 'soon'\n")?;
            jail.create_file("c.toml", "server = \n")?;
            let said = |file: &str| load(Some(Path::new(file))).expect_err("wrong").to_string();
            assert!(
                said("a.toml").contains("`server.isuer`") && said("a.toml").contains("a.toml"),
                "{}",
                said("a.toml")
            );
            assert!(said("b.toml").contains("`lifetimes.code`"), "{}", said("b.toml"));
            assert!(said("b.toml").contains("such as \"90s\""), "{}", said("b.toml"));
            let broken = said("c.toml");
            assert!(broken.contains("c.toml") && broken.contains("line 1"), "{broken}");
            assert!(!broken.contains('\n') && !broken.contains('|'), "{broken}");
            assert!(said("d.toml").contains("d.toml does not exist"), "{}", said("d.toml"));
            jail.create_file("e.toml", "[log]\nformat = 'xml'\n")?;
            assert!(said("e.toml").contains("it must be text or json"), "{}", said("e.toml"));
            jail.set_env("PORTCULLIS_SERVER__ADRESS", "x");
            let env = load(None).expect_err("a typo").to_string();
            assert!(env.contains("`server.adress`") && env.contains("environment"), "{env}");
            Ok(())
        });
    }
}
