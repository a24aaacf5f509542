//! The master key, and the keys that are derived from it.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

use adapter_crypto::{AesSealer, MasterKey};
use domain::{Issuer, NameDigests, Secret, TagKey};
use ports::outbound::Entropy;

use super::{Assembly, Sealed};
use crate::{
    StartupError,
    config::{Config, ConfigError},
};

const FILE: &str = "master.key";
/// The permission bits that the file must not have. Access of its group is left to the operator:
/// container platforms give volumes a group of their own.
const OTHERS: u32 = 0o007;

/// Whether the master key is in the data folder.
pub(super) fn is_in_folder(config: &Config) -> bool {
    config.master_key.is_none()
}

/// The path of the master key, if it is in the data folder.
pub(super) fn path(config: &Config) -> Option<PathBuf> {
    is_in_folder(config).then(|| config.data_dir.join(FILE))
}

/// The master key of the configuration; `None` if it is in the data folder.
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

impl Assembly {
    /// Derives the keys from the master key. On a localhost issuer the master key is generated at the
    /// first start.
    pub(super) async fn unseal(&self) -> Result<Sealed, StartupError> {
        let master = if let Some(master) = check(&self.config, &self.issuer)? {
            master
        } else {
            let first = self.stores.signing_keys.all().await?.is_empty();
            from_folder(&self.config.data_dir, self.entropy.as_ref(), first)?
        };
        let tag_key = TagKey::new(master.derive("refresh token tags"));
        let unknown_names = NameDigests::new(master.derive("unknown user names"));
        let answers = TagKey::new(master.derive("answers of interactions"));
        let sealer = AesSealer::new(master, Vec::new(), self.entropy.clone());
        Ok(Sealed { sealer: Arc::new(sealer), tag_key, unknown_names, answers })
    }
}

/// Reads the master key in the data folder, or generates it while the database has no signing keys: with
/// another key, those that are stored could not be decrypted.
fn from_folder(
    folder: &Path,
    entropy: &dyn Entropy,
    first: bool,
) -> Result<MasterKey, StartupError> {
    let path = folder.join(FILE);
    let trouble = |error: &dyn ToString| {
        StartupError::Start(format!("the master key {}: {}", path.display(), error.to_string()))
    };
    if let Some(key) = read(&path).map_err(|error| trouble(&error))? {
        return Ok(key);
    }
    if !first {
        return Err(trouble(
            &"it is missing, and the signing keys in the database were sealed under it; restore it",
        ));
    }
    let made = MasterKey::generate(entropy);
    match keep(folder, &made.to_text(), entropy) {
        Ok(()) => Ok(made),
        // Another process was faster: what it seals, this one must open.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            read(&path).and_then(|key| key.ok_or(error)).map_err(|error| trouble(&error))
        }
        Err(error) => Err(trouble(&error)),
    }
}

/// The key in the file; `None` if there is no file. A file that other users can read or write is
/// refused.
fn read(path: &Path) -> io::Result<Option<MasterKey>> {
    let mode = fs::metadata(path).map_or(0, |file| file.permissions().mode() & 0o7777);
    if mode & OTHERS != 0 {
        return Err(io::Error::other(format!(
            "other users of this machine can read or write it (its mode is {mode:o}): run `chmod 600 \
             {}`; if somebody may have read it, replace the database as well",
            path.display()
        )));
    }
    match fs::read_to_string(path) {
        Ok(text) => MasterKey::parse(&Secret::new(text)).map(Some).map_err(io::Error::other),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the key atomically and durably, with mode 0600, and never over another. Fails with
/// `AlreadyExists` if another process was faster.
fn keep(folder: &Path, key: &Secret, entropy: &dyn Entropy) -> io::Result<()> {
    let path = folder.join(FILE);
    let draft = path.with_extension(entropy.id());
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    file.write_all(key.expose().as_bytes())?;
    file.sync_all()?;
    let kept = fs::hard_link(&draft, &path);
    fs::remove_file(&draft)?;
    // An empty path is this folder, and cannot be opened.
    fs::File::open(folder.join("."))?.sync_all()?;
    kept
}

#[cfg(test)]
mod tests {
    use adapter_system::OsEntropy;

    use super::*;

    /// Another process puts its key in place at the moment that this one draws its own.
    struct Overtaken {
        folder: PathBuf,
        faster: MasterKey,
    }

    impl Entropy for Overtaken {
        fn fill(&self, buf: &mut [u8]) {
            let kept = keep(&self.folder, &self.faster.to_text(), &OsEntropy);
            assert!(kept.is_ok() || self.folder.join(FILE).is_file(), "{kept:?}");
            OsEntropy.fill(buf);
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    fn text(key: &MasterKey) -> String {
        key.to_text().expose().to_owned()
    }

    #[test]
    fn a_key_is_made_once_and_never_in_place_of_a_lost_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let from_folder = |first| from_folder(folder.path(), &OsEntropy, first);
        let lost = from_folder(false).expect_err("there is something to open").to_string();
        assert!(lost.contains("restore it") && names(folder.path()).is_empty(), "{lost}");
        let made = from_folder(true).expect("made");
        assert_eq!(text(&from_folder(true).expect("read")), text(&made));
        assert_eq!(text(&from_folder(false).expect("read")), text(&made));
        assert_eq!(names(folder.path()), [FILE], "nothing else is left behind");
    }

    #[test]
    fn a_key_that_strangers_can_read_or_write_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        from_folder(folder.path(), &OsEntropy, true).expect("made");
        let path = folder.path().join(FILE);
        for mode in [0o604, 0o644, 0o602] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("changed");
            let refused = from_folder(folder.path(), &OsEntropy, false).expect_err("exposed");
            let expected = format!("run `chmod 600 {}`", path.display());
            assert!(refused.to_string().contains(&expected), "{refused}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
        from_folder(folder.path(), &OsEntropy, false).expect("read");
    }

    #[test]
    fn of_two_first_starts_the_second_takes_the_key_of_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let overtaken =
            Overtaken { folder: folder.path().to_owned(), faster: MasterKey::new([7; 32]) };
        let taken = from_folder(folder.path(), &overtaken, true).expect("the key of the first");
        assert_eq!(text(&taken), text(&overtaken.faster));
        assert_eq!(names(folder.path()), [FILE], "nothing else is left behind");
    }
}
