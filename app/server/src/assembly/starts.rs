//! A lock for starts. Of several processes that start at once on one data folder, the first creates the
//! master key, the database and the account, and the others find them.

use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

use super::{make_folder, secrets, storage};
use crate::{StartupError, config::Config};

/// The right to start, until it is dropped.
pub(crate) struct Turn {
    _locked: Option<File>,
}

impl Turn {
    /// Waits until no other process is starting on the same data folder, which is created if it is
    /// needed. Returns at once if nothing is stored in it.
    pub(crate) async fn take(config: &Config) -> Result<Self, StartupError> {
        if !storage::is_in_folder(config) && !secrets::is_in_folder(config) {
            return Ok(Self { _locked: None });
        }
        make_folder(config)?;
        let folder = config.data_dir.join(".");
        match tokio::task::spawn_blocking(move || lock(&folder))
            .await
            .map_err(io::Error::other)
            .flatten()
        {
            Ok(locked) => Ok(Self { _locked: Some(locked) }),
            Err(error) => {
                // Some network file systems lock no folders.
                tracing::warn!(
                    folder = %config.data_dir.display(),
                    %error,
                    "the data folder cannot be locked: do not start another server on it at the same \
                     moment"
                );
                Ok(Self { _locked: None })
            }
        }
    }
}

fn lock(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    match folder.try_lock() {
        Ok(()) => return Ok(folder),
        Err(TryLockError::Error(error)) => return Err(error),
        Err(TryLockError::WouldBlock) => {}
    }
    tracing::info!("another server is starting on the same data folder; this one waits for it");
    folder.lock()?;
    Ok(folder)
}
