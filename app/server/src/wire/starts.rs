//! One start at a time. Of several processes that are started at once on one data folder, the first makes
//! what is missing, and the others find it.

use std::{
    fs::{File, TryLockError},
    io,
};

use super::{make_folder, secrets, storage};
use crate::{Trouble, config::Config};

/// The right to start, until it is dropped.
pub(crate) struct Turn {
    _locked: Option<File>,
}

impl Turn {
    /// Waits until no other process is starting on the same data folder. The folder is made if it is
    /// needed. Where nothing is kept in it, nobody waits.
    pub(crate) async fn take(config: &Config) -> Result<Self, Trouble> {
        if !storage::is_in_folder(config) && !secrets::is_in_folder(config) {
            return Ok(Self { _locked: None });
        }
        make_folder(config)?;
        let trouble = |error: io::Error| {
            let folder = config.data_dir.display();
            Trouble::Start(format!("the data folder {folder} cannot be locked: {error}"))
        };
        let folder = File::open(config.data_dir.join(".")).map_err(trouble)?;
        match folder.try_lock() {
            Ok(()) => return Ok(Self { _locked: Some(folder) }),
            Err(TryLockError::Error(error)) => return Err(trouble(error)),
            Err(TryLockError::WouldBlock) => {}
        }
        tracing::info!(
            folder = %config.data_dir.display(),
            "another server is starting on the same data folder; this one waits for it"
        );
        let waiting = tokio::task::spawn_blocking(move || folder.lock().map(|()| folder));
        let locked = waiting.await.map_err(io::Error::other).flatten();
        locked.map(|folder| Self { _locked: Some(folder) }).map_err(trouble)
    }
}
