//! The choice and opening of the database. One SQL database holds all stores.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use adapter_sql::{IfMissing, Limits, OpenError, Sql};
use domain::Secret;
use percent_encoding::percent_decode_str;
use ports::outbound::{Clock, Stores};

use super::{Purpose, secrets};
use crate::{
    StartupError,
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
    let url = url(config)?;
    let missing = config.storage.url.as_ref().and_then(|_| missing_folder(url.expose()));
    match missing {
        None => Ok(()),
        Some(folder) => Err(ConfigError::wrong(
            "storage.url",
            format!("the folder {} does not exist; make it, or correct the path", folder.display()),
        )),
    }
}

/// The folder that a SQLite file is to be in, if it is not there.
fn missing_folder(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite:")?.split('?').next()?;
    let path = percent_decode_str(path.strip_prefix("//").unwrap_or(path)).decode_utf8().ok()?;
    let folder = Path::new(path.as_ref()).parent()?;
    let is_named = !folder.as_os_str().is_empty() && !path.starts_with(':');
    (is_named && !folder.is_dir()).then(|| folder.to_owned())
}

/// Opens the database. Only a server creates one, and only where nothing shows that one existed before.
pub(super) async fn open(
    config: &Config,
    purpose: Purpose,
    clock: Arc<dyn Clock>,
) -> Result<Stores, StartupError> {
    let url = url(config)?;
    let orphan = secrets::path(config).filter(|key| key.exists());
    let if_missing = match purpose {
        Purpose::Command => IfMissing::Refuse,
        Purpose::Serve { new_database: true } => IfMissing::Make,
        Purpose::Serve { .. } if orphan.is_some() => IfMissing::Refuse,
        Purpose::Serve { .. } => IfMissing::MakeTheFirst,
    };
    let reserve = match purpose {
        Purpose::Serve { .. } => u64::from(config.storage.reserve) << 20,
        Purpose::Command => 0,
    };
    let limits = Limits { reserve, ..Limits::usual(&url) };
    let opened = Sql::open_within(&url, limits, if_missing, clock).await;
    let sql = opened.map_err(|error| explain(&error, purpose, orphan.as_deref()))?;
    Ok(Stores::all_in(&Arc::new(sql)))
}

/// Turns a failure to open the database into a message that says what to do.
fn explain(error: &OpenError, purpose: Purpose, orphan: Option<&Path>) -> StartupError {
    StartupError::Start(match (error, purpose, orphan) {
        (OpenError::Missing(_), Purpose::Command, _) => format!(
            "{error}: run this with the configuration and in the folder of the server; `portcullis \
             serve` makes the database when it is started for the first time"
        ),
        (OpenError::Missing(_), _, Some(key)) => {
            format!(
                "{error}, but the master key {} shows that there was one: {BEGIN_ANEW}",
                key.display()
            )
        }
        (OpenError::Lost { .. }, ..) => format!("{error}: {BEGIN_ANEW}"),
        _ => error.to_string(),
    })
}

const BEGIN_ANEW: &str = "restore it; or, to begin anew without the people, clients and keys that it \
                          held, run `portcullis serve --new-database` once";
