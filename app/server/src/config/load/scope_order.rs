//! The order of scopes in the file: the layers that the configuration is put together from sort them by
//! name.

use std::{fs, path::Path};

use figment::providers::{Format, Toml};
use serde::Deserialize;

use crate::config::{Config, Scopes};

/// The tables of the file whose order is significant.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Written {
    tokens: WrittenTokens,
    resources: Vec<WrittenResource>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenTokens {
    scopes: Scopes,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WrittenResource {
    uri: String,
    scopes: Scopes,
}

/// Puts the scopes into the order in which `file` has them. A file that cannot be read has been
/// complained about elsewhere.
pub(super) fn restore(config: &mut Config, file: &Path) {
    let Ok(text) = fs::read_to_string(file) else { return };
    let Ok(written) = Toml::from_str::<Written>(&text) else { return };
    config.tokens.scopes.order_as(&written.tokens.scopes);
    for resource in &mut config.resources {
        let written = written.resources.iter().find(|written| written.uri == resource.uri);
        if let Some(written) = written {
            resource.scopes.order_as(&written.scopes);
        }
    }
}
