//! Where data lives. Today everything lives in SQL, the short-lived and the lasting alike.

use std::sync::Arc;

use adapter_sql::Sql;
use domain::Secret;
use ports::outbound::Clock;

use crate::{
    Trouble,
    config::{Config, ConfigError},
};

/// The database file in the data folder.
const FILE: &str = "portcullis.db";

/// Whether the database is in the data folder.
pub(super) fn is_in_folder(config: &Config) -> bool {
    config.storage.url.is_none()
}

fn url(config: &Config) -> Result<Secret, ConfigError> {
    let Some(url) = &config.storage.url else {
        // The URL of a file is percent-decoded.
        let path = config.data_dir.join(FILE).display().to_string();
        let path = path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        return Ok(Secret::new(format!("sqlite:{path}")));
    };
    let url = url.read().map_err(|error| ConfigError::wrong("storage.url", error))?;
    let schemes = ["sqlite:", "postgres:", "postgresql:"];
    if schemes.iter().any(|scheme| url.expose().starts_with(scheme)) {
        return Ok(url);
    }
    Err(ConfigError::wrong("storage.url", "it must begin with sqlite: or postgres:"))
}

pub(super) fn check(config: &Config) -> Result<(), ConfigError> {
    url(config).map(drop)
}

pub(super) async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Sql, Trouble> {
    let url = url(config)?;
    Sql::open(&url, clock).await.map_err(|error| Trouble::Start(error.to_string()))
}
