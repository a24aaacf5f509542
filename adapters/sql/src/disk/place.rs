//! Whether the files that were opened are those that their paths name. SQLite does not notice when
//! somebody deletes or replaces them: it goes on with files that nobody can find any more.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use ports::outbound::Outage;

use super::{LOG, beside};

/// The files of an open database, as they were when it was opened.
#[derive(Clone, Debug)]
pub(crate) struct Place(Arc<[(PathBuf, Identity)]>);

/// Device and inode.
type Identity = (u64, u64);

impl Place {
    /// Notes which files are there: the database, and its write-ahead log if it has one.
    pub(crate) fn of(database: &Path) -> io::Result<Self> {
        let log = beside(database, LOG);
        let mut files = vec![(database.to_owned(), identity(database)?)];
        if let Ok(identity) = identity(&log) {
            files.push((log, identity));
        }
        Ok(Self(files.into()))
    }

    /// Whether they are still there.
    ///
    /// # Errors
    ///
    /// [`Outage::FileReplaced`] if one was deleted, or another file is in its place.
    pub(crate) fn check(&self) -> Result<(), Outage> {
        let lost = |(path, opened): &(PathBuf, Identity)| match identity(path) {
            Ok(found) => found != *opened,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if self.0.iter().any(lost) { Err(Outage::FileReplaced) } else { Ok(()) }
    }
}

/// Reads the identity of the file at a path.
pub(crate) fn identity(path: &Path) -> io::Result<Identity> {
    fs::metadata(path).map(|found| (found.dev(), found.ino()))
}
