//! Space on the disk that is set aside. A database that has filled its disk could not even delete what
//! has expired, because deleting writes too; so some space is kept in a file of its own and given up
//! when the disk is full.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

use super::{RESERVE, beside};

/// The space that must be free beside the reserve before writing is resumed, in bytes: with less,
/// the disk would be full again a moment later.
const HEADROOM: u64 = 8 << 20;
/// A disk with less than this is full, in bytes.
const NEXT_TO_NOTHING: u64 = 1 << 20;

/// The space there is for a database.
#[derive(Debug)]
pub(crate) struct Room {
    reserve: PathBuf,
    size: u64,
    short: bool,
}

impl Room {
    /// Sets `size` bytes aside, unless they are already. On a disk that is full they are given up, as
    /// SQLite needs some space even to open a file.
    pub(crate) fn open(database: &Path, size: u64) -> Self {
        let mut room = Self { reserve: beside(database, RESERVE), size, short: false };
        if size == 0 {
            return room;
        }
        if room.free() < NEXT_TO_NOTHING {
            room.run_short();
            room.give_up();
        } else if let Err(error) = room.set_aside() {
            tracing::warn!(
                reserve = %room.reserve.display(),
                %error,
                "no space can be set aside: should the disk run full, what has expired cannot be \
                 removed; free some space on it"
            );
        }
        room
    }

    /// Whether nothing but what frees space may be written.
    pub(crate) fn is_short(&self) -> bool {
        self.short
    }

    /// Takes notice that the disk is full.
    pub(crate) fn run_short(&mut self) {
        if !self.short {
            tracing::error!(
                "the disk that holds the database is full: nothing is written until there is space; \
                 free some, or wait until enough has expired"
            );
        }
        self.short = true;
    }

    /// Gives the reserve back to the disk.
    pub(crate) fn give_up(&self) {
        // It may be gone already, and if it cannot be removed there is nothing else to try.
        fs::remove_file(&self.reserve).ok();
    }

    /// Sets the reserve aside again if there is space for it. Writing goes on if there is some left
    /// besides.
    pub(crate) fn take_stock(&mut self) {
        if self.set_aside().is_ok() && self.free() >= HEADROOM && self.short {
            self.short = false;
            tracing::info!("there is space on the disk again: writing goes on");
        }
    }

    fn set_aside(&self) -> io::Result<()> {
        if fs::metadata(&self.reserve).is_ok_and(|held| held.len() == self.size) {
            return Ok(());
        }
        self.give_up();
        if self.free() < self.size {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let mut options = OpenOptions::new();
        let file = options.write(true).create_new(true).mode(0o600).open(&self.reserve)?;
        fill(&file, self.size).inspect_err(|_| self.give_up())
    }

    /// Reads the free space of the disk, in bytes.
    fn free(&self) -> u64 {
        let folder = self.reserve.parent().filter(|folder| !folder.as_os_str().is_empty());
        match statvfs(folder.unwrap_or(Path::new("."))) {
            Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
            // Where nobody can tell, the next write will.
            Err(_) => u64::MAX,
        }
    }
}

/// Makes a file take up `size` bytes of the disk.
fn fill(file: &File, size: u64) -> io::Result<()> {
    match fallocate(file, FallocateFlags::empty(), 0, size) {
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => write_noise(file, size),
        allocated => Ok(allocated?),
    }
}

/// Writes what no file system can compress, so that it takes the space it seems to.
fn write_noise(mut file: &File, size: u64) -> io::Result<()> {
    let mut state = size | 1;
    let mut written = 0;
    while written < size {
        let mut block = Vec::with_capacity(1 << 16);
        while block.len() < 1 << 16 {
            // Xorshift: cheap, and without a pattern that repeats within the file.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            block.extend(state.to_le_bytes());
        }
        let rest = usize::try_from(size - written).unwrap_or(usize::MAX).min(block.len());
        file.write_all(&block[..rest])?;
        written += rest as u64;
    }
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_has_the_size_it_was_asked_for() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        write_noise(file.as_file(), 100_001).expect("written");
        assert_eq!(fs::metadata(file.path()).expect("there").len(), 100_001);
    }

    #[test]
    fn a_reserve_of_another_size_is_made_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("x.db");
        for size in [4096, 8192] {
            let room = Room::open(&database, size);
            assert!(!room.is_short());
            let held = fs::metadata(beside(&database, RESERVE)).expect("it is set aside");
            assert_eq!(held.len(), size);
        }
    }
}
