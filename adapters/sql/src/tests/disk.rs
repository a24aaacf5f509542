//! A disk that is full, and a log that grows.

use std::{fs, path::Path, process::Command, sync::Arc};

use adapter_memory::ManualClock;
use contract::{NOW, Sample};
use domain::{Action, Event, RequestSource, Session, Timestamp};
use ports::outbound::{
    Audit, AuditHistory, AuditPurgeBefore, Clients, Housekeeping, Outage, PurgeBefore, Store,
    StoreError,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database,
    sqlx::{ConnectOptions as _, Executor, sqlite::SqliteConnectOptions},
};
use tempfile::TempDir;

use super::file_in;
use crate::{IfMissing, Limits, Sql, disk::log::Log};

const MEBIBYTE: usize = 1 << 20;
const MIB: u64 = 1 << 20;

/// A file system of its own, of so many MiB, that is gone with this value.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn new(mebibytes: usize) -> Self {
        let folder = TempDir::new().expect("a folder");
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .status();
        assert!(mounted.expect("`mount`").success(), "a test of full disks must run as root");
        Self(folder)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("--lazy").arg(self.0.path()).status().ok();
    }
}

async fn open(disk: &SmallDisk) -> (Sql, Arc<ManualClock>) {
    let (url, clock) = (file_in(&disk.0), Arc::new(ManualClock::at(NOW)));
    let limits = Limits { reserve: 24 * MIB, ..Limits::usual(&url) };
    let opened = Sql::open_within(&url, limits, IfMissing::Make, clock.clone()).await;
    (opened.expect("a new file"), clock)
}

/// A session that takes up some space.
fn large(n: u32) -> Session {
    let user_agent = Some("x".repeat(16 * 1024));
    Session { user_agent, expires_at: Timestamp::from_unix(NOW.as_unix() + 60), ..Session::nth(n) }
}

/// Writes until the disk is full for good, and says which one was refused. The log can be cut off once
/// or twice before that.
async fn fill(sql: &Sql, clock: &ManualClock, first: u32) -> u32 {
    let mut n = first;
    loop {
        match sql.insert(large(n)).await {
            Ok(()) => n += 1,
            Err(StoreError::OutOfOrder(Outage::DiskFull)) if is_full(sql, clock).await => return n,
            Err(StoreError::OutOfOrder(Outage::DiskFull)) => {}
            Err(error) => panic!("{n}: {error:?}"),
        }
        assert!(n < 10_000, "the disk cannot be filled");
    }
}

async fn purge(sql: &Sql, expired_before: i64) -> u64 {
    let at = Timestamp::from_unix(NOW.as_unix() + expired_before);
    let mut purged = 0;
    loop {
        let some =
            sql.purge(PurgeBefore { interactions: at, others: at }, 500).await.expect("purged");
        if some == 0 {
            return purged;
        }
        purged += some;
    }
}

async fn is_full(sql: &Sql, clock: &ManualClock) -> bool {
    clock.advance(1);
    let pinged = sql.ping().await;
    let written = Store::<Session>::remove(sql, &Session::nth(99_999).id).await;
    let is_full = |answer: &Result<(), StoreError>| {
        matches!(answer, Err(StoreError::OutOfOrder(Outage::DiskFull)))
    };
    assert_eq!(is_full(&pinged), is_full(&written), "{pinged:?} {written:?}");
    is_full(&pinged)
}

#[tokio::test]
async fn what_has_expired_can_be_removed_from_a_full_disk_and_writing_goes_on() {
    let disk = SmallDisk::new(64);
    let (sql, clock) = open(&disk).await;
    let written = fill(&sql, &clock, 0).await;
    assert!(written > 500, "{written} rows fill the disk");
    let found = Store::<Session>::find(&sql, &Session::nth(0).id).await;
    assert!(found.expect("everything can still be read").is_some());
    assert_eq!(purge(&sql, 0).await, 0, "nothing has expired");
    assert!(is_full(&sql, &clock).await, "and so there is still no space");
    assert_eq!(purge(&sql, 61).await, u64::from(written));
    assert!(!is_full(&sql, &clock).await, "the database has become smaller");
    let again = fill(&sql, &clock, written).await - written;
    assert!(again + 200 > written, "it can be filled again: {again} of {written}");
    assert_eq!(purge(&sql, 61).await, u64::from(again));
    assert!(!is_full(&sql, &clock).await);
}

#[tokio::test]
async fn clients_and_events_can_be_removed_from_a_full_disk_too() {
    let disk = SmallDisk::new(64);
    let (sql, clock) = open(&disk).await;
    for detail in ["first", "second"] {
        let event = Event::new(Action::SignIn, NOW, &RequestSource::default()).refused(detail);
        sql.record(event).await.expect("written");
    }
    fill(&sql, &clock, 0).await;
    let later = Timestamp::from_unix(NOW.as_unix() + 60);
    sql.forget_unused(later, 0, 500).await.expect("deleting makes space");
    let horizon = AuditPurgeBefore { strangers: None, all: Some(later) };
    assert_eq!(sql.purge_events(horizon, 500).await.expect("so does this"), 1, "all but the last");
}

#[tokio::test]
async fn when_somebody_else_has_filled_the_disk_writing_goes_on_with_the_space() {
    let disk = SmallDisk::new(64);
    let (sql, clock) = open(&disk).await;
    sql.insert(large(0)).await.expect("inserted");
    let ballast = disk.0.path().join("ballast");
    stuff(&ballast);
    fill(&sql, &clock, 1).await;
    fs::remove_file(&ballast).expect("removed");
    assert!(!is_full(&sql, &clock).await, "nobody has to restart anything");
    assert!(disk.0.path().join("portcullis.db-reserve").exists(), "for the next time");
}

#[tokio::test]
async fn a_database_on_a_full_disk_can_be_opened() {
    let disk = SmallDisk::new(64);
    let (sql, _) = open(&disk).await;
    sql.insert(large(0)).await.expect("inserted");
    sql.close().await;
    stuff(&disk.0.path().join("ballast"));
    let (sql, clock) = open(&disk).await;
    assert!(is_full(&sql, &clock).await);
    let found = Store::<Session>::find(&sql, &Session::nth(0).id).await;
    assert!(found.expect("everything can be read").is_some());
    fs::remove_file(disk.0.path().join("ballast")).expect("removed");
    assert!(!is_full(&sql, &clock).await);
}

/// Leaves nothing of the disk.
fn stuff(path: &Path) {
    use std::io::Write;

    let mut ballast = fs::File::create(path).expect("a file");
    for size in [MEBIBYTE, 4096, 1] {
        while ballast.write_all(&vec![1; size]).is_ok() {}
    }
}

#[tokio::test]
async fn the_log_is_as_small_as_ever_after_a_long_read() {
    let folder = TempDir::new().expect("a folder");
    let url = file_in(&folder);
    let sql = Sql::open(&url, Arc::new(ManualClock::at(NOW))).await.expect("a new file");
    let mut options = ConnectOptions::new(url.expose());
    let reader = Database::connect(options.max_connections(1).to_owned()).await.expect("opened");
    reader.execute_unprepared("BEGIN; SELECT count(*) FROM sessions").await.expect("reads");
    for n in 0..4000 {
        sql.insert(large(n)).await.expect("inserted");
    }
    let log = folder.path().join("portcullis.db-wal");
    let size = || fs::metadata(&log).expect("a log").len();
    let mut other: SqliteConnectOptions = url.expose().parse().expect("a URL");
    other = other.busy_timeout(std::time::Duration::ZERO);
    let mut other = other.connect().await.expect("opened");
    let mut watch = Log::of(&folder.path().join("portcullis.db")).large_from(MIB);
    let held = watch.look(&mut other).await.expect("answered").expect("somebody reads");
    assert!(held.bytes > 64 * MIB && size() > 64 * MIB, "{held:?}");
    reader.execute_unprepared("COMMIT").await.expect("it ends");
    assert!(watch.look(&mut other).await.expect("answered").is_none(), "nobody reads any more");
    other.execute("SELECT 1").await.expect("answered");
    sql.insert(large(5000)).await.expect("inserted");
    assert!(size() <= 32 * MIB, "{}", size());
}
