//! A file that was deleted or replaced is not written to any more.

use std::{fs, path::PathBuf, sync::Arc};

use adapter_memory::ManualClock;
use contract::{NOW, Sample};
use domain::{Secret, Session};
use ports::outbound::{Housekeeping, Outage, Store, StoreError};
use tempfile::TempDir;

use super::{clock, file_in};
use crate::{IfMissing, Limits, OpenError, Sql};

async fn in_use(folder: &TempDir) -> (Sql, Arc<ManualClock>, PathBuf) {
    let clock = Arc::new(ManualClock::at(NOW));
    let sql = Sql::open(&file_in(folder), clock.clone()).await.expect("a new file");
    sql.insert(Session::nth(0)).await.expect("inserted");
    sql.ping().await.expect("the file is there");
    clock.advance(1);
    (sql, clock, folder.path().join("portcullis.db"))
}

fn is_noticed<T: std::fmt::Debug>(answer: &Result<T, StoreError>) -> bool {
    matches!(answer, Err(StoreError::OutOfOrder(Outage::FileReplaced)))
}

async fn is_out_of_order(sql: &Sql) {
    let (pinged, written) = (sql.ping().await, sql.insert(Session::nth(1)).await);
    assert!(is_noticed(&pinged), "{pinged:?}");
    assert!(is_noticed(&written), "{written:?}");
}

#[tokio::test]
async fn nothing_is_kept_in_a_file_that_was_deleted() {
    let folder = TempDir::new().expect("a folder");
    let (sql, _, file) = in_use(&folder).await;
    fs::remove_file(file).expect("deleted");
    is_out_of_order(&sql).await;
}

#[tokio::test]
async fn nothing_is_kept_beside_a_file_that_took_its_place() {
    let folder = TempDir::new().expect("a folder");
    let (sql, clock, file) = in_use(&folder).await;
    let aside = folder.path().join("aside");
    fs::rename(&file, &aside).expect("moved");
    fs::copy(&aside, &file).expect("a copy in its place");
    is_out_of_order(&sql).await;
    fs::rename(&aside, &file).expect("put back");
    clock.advance(1);
    sql.ping().await.expect("it is the same file again");
    sql.insert(Session::nth(1)).await.expect("inserted");
}

#[tokio::test]
async fn nothing_is_kept_without_the_log_it_went_to() {
    let folder = TempDir::new().expect("a folder");
    let (sql, ..) = in_use(&folder).await;
    fs::remove_file(folder.path().join("portcullis.db-wal")).expect("deleted");
    is_out_of_order(&sql).await;
}

async fn refusal(url: &Secret, if_missing: IfMissing) -> OpenError {
    let opened = Sql::open_within(url, Limits::usual(url), if_missing, clock()).await;
    opened.expect_err("not to be opened")
}

#[tokio::test]
async fn no_database_is_made_for_who_does_not_want_one() {
    let folder = TempDir::new().expect("a folder");
    let refused = refusal(&file_in(&folder), IfMissing::Refuse).await;
    assert!(matches!(refused, OpenError::Missing(_)), "{refused}");
    assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 0);
}

#[tokio::test]
async fn no_database_is_made_where_there_was_one_unless_that_is_wanted() {
    let folder = TempDir::new().expect("a folder");
    let url = file_in(&folder);
    for trace in ["portcullis.db-wal", "portcullis.db-reserve"] {
        fs::write(folder.path().join(trace), "").expect("left");
        let refused = refusal(&url, IfMissing::MakeTheFirst).await;
        assert!(matches!(refused, OpenError::Lost { .. }), "{refused}");
        assert!(refused.to_string().contains(trace), "{refused}");
        fs::remove_file(folder.path().join(trace)).expect("removed");
    }
    fs::write(folder.path().join("portcullis.db-reserve"), "").expect("left");
    let limits = Limits::usual(&url);
    Sql::open_within(&url, limits, IfMissing::Make, clock()).await.expect("a new file");
}

#[tokio::test]
async fn a_database_that_strangers_can_read_or_write_is_not_opened() {
    use std::os::unix::fs::PermissionsExt;

    let folder = TempDir::new().expect("a folder");
    let (sql, _, file) = in_use(&folder).await;
    sql.close().await;
    for mode in [0o604, 0o602, 0o666] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("changed");
        let refused = refusal(&file_in(&folder), IfMissing::Make).await.to_string();
        assert!(refused.contains(&format!("chmod 600 {}", file.display())), "{refused}");
    }
    for mode in [0o600, 0o660] {
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("changed");
        Sql::open(&file_in(&folder), clock()).await.expect("nobody else can read it");
    }
}
