//! The master key, and what is derived from it.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::Arc,
};

use adapter_crypto::{AesSealer, MasterKey};
use domain::{Issuer, Secret, TagKey};
use ports::outbound::{Entropy, SigningKeys as _};

use super::{House, Sealed};
use crate::{
    Trouble,
    config::{Config, ConfigError},
};

const FILE: &str = "master.key";

/// Whether the master key is in the data folder.
pub(super) fn is_in_folder(config: &Config) -> bool {
    config.master_key.is_none()
}

/// What the configuration says of the master key.
pub(super) fn check(config: &Config, issuer: &Issuer) -> Result<Option<MasterKey>, ConfigError> {
    let wrong = |reason: String| ConfigError::wrong("master_key", reason);
    match &config.master_key {
        None if issuer.is_local() => Ok(None),
        None => Err(wrong(
            "it must be set, since the issuer is not on localhost; make one with `openssl rand -base64 32` and \
             keep it where only this server reads it"
                .to_owned(),
        )),
        Some(key) => {
            let text = key.read().map_err(wrong)?;
            MasterKey::parse(&text).map(Some).map_err(|error| wrong(error.to_string()))
        }
    }
}

impl House {
    /// Opens what is sealed under the master key. On a localhost issuer the key is made at the first
    /// start.
    pub(super) async fn unseal(&self) -> Result<Sealed, Trouble> {
        let master = if let Some(master) = check(&self.config, &self.issuer)? {
            master
        } else {
            let first = self.sql.all().await?.is_empty();
            from_folder(&self.config.data_dir.join(FILE), self.entropy.as_ref(), first)?
        };
        let tag_key = TagKey::new(master.derive("refresh token tags"));
        let sealer = AesSealer::new(master, Vec::new(), self.entropy.clone());
        Ok(Sealed { sealer: Arc::new(sealer), tag_key })
    }
}

/// Another key than the one everything was sealed under would be of no use, so one is made only as
/// long as there is nothing to open.
fn from_folder(path: &Path, entropy: &dyn Entropy, first: bool) -> Result<MasterKey, Trouble> {
    let trouble = |error: &dyn ToString| {
        Trouble::Start(format!("the master key {}: {}", path.display(), error.to_string()))
    };
    match fs::read_to_string(path) {
        Ok(text) => MasterKey::parse(&Secret::new(text)).map_err(|error| trouble(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && first => {
            let made = MasterKey::generate(entropy);
            keep(path, &made.to_text(), entropy).map_err(|error| trouble(&error))?;
            Ok(made)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(trouble(
            &"it is missing, and the signing keys in the database were sealed under it; restore it",
        )),
        Err(error) => Err(trouble(&error)),
    }
}

/// Writes the key so that it is there whole or not at all, and never over another.
fn keep(path: &Path, key: &Secret, entropy: &dyn Entropy) -> io::Result<()> {
    let draft = path.with_extension(entropy.id());
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(key.expose().as_bytes())?;
    file.sync_all()?;
    let kept = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    kept
}
