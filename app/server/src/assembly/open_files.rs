//! The limit of open files, and how many connections it allows.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The file descriptors reserved for the database, outbound requests and the log.
const OTHER_FILES: u64 = 128;
/// More connections than a server of this kind needs; each may take some dozens of KiB.
const PLENTY: usize = 4096;
/// So many are served even where the limit leaves no room for everything else at its most.
const FEWEST: u64 = 16;

/// The number of connections to admit: as many as are configured, or plenty. Raises the soft limit of
/// open files for them as far as the hard limit permits. Where that is too low, fewer connections are
/// admitted: with more of them, the database could not open its files.
pub(super) fn connections(configured: Option<usize>) -> usize {
    let wanted = configured.unwrap_or(PLENTY);
    let files = raised_to(needed(wanted));
    let allowed = usize::try_from(room(files)).unwrap_or(usize::MAX);
    if configured.is_some() && allowed < wanted {
        tracing::warn!(
            "`server.max_connections` is {wanted}, but the limit of open files is {files}: only {allowed} \
             connections are admitted; raise the limit (`ulimit -n`, LimitNOFILE= in a unit of systemd) \
             to {} at least, or lower `server.max_connections`",
            needed(wanted)
        );
    }
    wanted.min(allowed)
}

/// The most file descriptors in use with so many connections.
fn needed(connections: usize) -> u64 {
    u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHER_FILES)
}

/// The number of connections that fit under a limit of open files.
fn room(files: u64) -> u64 {
    files.saturating_sub(OTHER_FILES).max(FEWEST)
}

/// The limit of open files, after an attempt to have it as high as `needed`.
fn raised_to(needed: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(u64::MAX);
    let aim = limit.maximum.map_or(needed, |most| needed.min(most));
    if aim <= now {
        return now;
    }
    match setrlimit(Resource::Nofile, Rlimit { current: Some(aim), ..limit }) {
        Ok(()) => aim,
        Err(error) => {
            tracing::debug!(%error, aim, "the limit of open files cannot be raised");
            now
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_everything_else() {
        assert_eq!(room(1024), 896);
        assert_eq!(room(needed(4096)), 4096);
        assert_eq!(room(64), FEWEST);
        assert_eq!(room(needed(usize::MAX)), u64::MAX - OTHER_FILES);
    }
}
