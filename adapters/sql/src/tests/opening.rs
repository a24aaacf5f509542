//! A file of SQLite is found or made, or the operator is told what is wrong with it.

use std::{fs, path::Path, time::Duration};

use contract::Sample;
use domain::{
    AuthorizationCode, Client, Consent, Interaction, RefreshFamily, Secret, Session, SigningKey,
    User,
};
use ports::outbound::{Store, Stored};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{clock, file_in};
use crate::{IfMissing, Limits, OpenError, Sql, table::Table};

const IMPATIENT: Limits =
    Limits { connections: 1, patience: Duration::from_millis(200), reserve: 0 };

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

/// A file that only its owner can read, as databases are.
fn an_empty_file(path: &Path) {
    use std::os::unix::fs::PermissionsExt;

    fs::write(path, "").expect("an empty file");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("changed");
}

/// Returns the message for the operator if a database cannot be opened.
async fn refusal(url: &Secret) -> String {
    let refused = Sql::open_within(url, IMPATIENT, IfMissing::Make, clock()).await;
    refused.expect_err("not to be opened").to_string()
}

/// Another program that has the same file open.
async fn other_program(url: &Secret) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url.expose());
    options.max_connections(1);
    Database::connect(options).await.expect("opened")
}

async fn keep_one<T: Sample + Table>(sql: &Sql) {
    sql.insert(T::nth(0)).await.expect("inserted");
}

async fn find_one<T: Sample + Table>(sql: &Sql) {
    let found = sql.find(&T::nth(0).key()).await.expect("the store answers");
    assert_eq!(found.map(|held: Stored<T>| held.value), Some(T::nth(0)));
}

#[tokio::test]
async fn what_was_kept_is_there_when_the_file_is_opened_again() {
    let folder = folder();
    let sql = Sql::open(&file_in(&folder), clock()).await.expect("a new file");
    keep_one::<AuthorizationCode>(&sql).await;
    keep_one::<Client>(&sql).await;
    keep_one::<Consent>(&sql).await;
    keep_one::<Interaction>(&sql).await;
    keep_one::<RefreshFamily>(&sql).await;
    keep_one::<Session>(&sql).await;
    keep_one::<SigningKey>(&sql).await;
    keep_one::<User>(&sql).await;
    drop(sql);
    let sql = Sql::open(&file_in(&folder), clock()).await.expect("the same file");
    find_one::<AuthorizationCode>(&sql).await;
    find_one::<Client>(&sql).await;
    find_one::<Consent>(&sql).await;
    find_one::<Interaction>(&sql).await;
    find_one::<RefreshFamily>(&sql).await;
    find_one::<Session>(&sql).await;
    find_one::<SigningKey>(&sql).await;
    find_one::<User>(&sql).await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_but_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder();
    let sql = Sql::open(&file_in(&folder), clock()).await.expect("a new file");
    keep_one::<User>(&sql).await;
    let files: Vec<_> = fs::read_dir(&folder).expect("a folder").flatten().collect();
    assert_eq!(files.len(), 3, "the database, its log, and the index of the log");
    for file in files {
        let mode = file.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_may_open_a_new_file_at_once() {
    let folder = folder();
    let mut openers = JoinSet::new();
    for _ in 0..8 {
        let url = file_in(&folder);
        openers.spawn(async move { Sql::open(&url, clock()).await });
    }
    for opened in openers.join_all().await {
        opened.expect("opened");
    }
}

#[tokio::test]
async fn a_folder_that_is_missing_or_cannot_be_written_to_is_named() {
    let folder = folder();
    let missing = folder.path().join("missing");
    let url = Secret::new(format!("sqlite:{}/x.db", missing.display()));
    let sentence = format!("the folder {} does not exist", missing.display());
    assert_eq!(refusal(&url).await, sentence);
    if Path::new("/sys").exists() {
        let sentence = refusal(&Secret::new("sqlite:/sys/x.db")).await;
        assert!(sentence.starts_with("the database /sys/x.db cannot be created: "), "{sentence}");
    }
    fs::write(&missing, "").expect("a file in its place");
    let sentence = refusal(&url).await;
    assert!(sentence.contains("missing/x.db cannot be created: Not a directory"), "{sentence}");
}

#[tokio::test]
async fn a_lock_that_another_program_holds_is_named() {
    let folder = folder();
    let url = file_in(&folder);
    an_empty_file(&folder.path().join("portcullis.db"));
    let other = other_program(&url).await;
    other.execute_unprepared("BEGIN EXCLUSIVE").await.expect("locked");
    let file = folder.path().join("portcullis.db");
    let sentence = format!("the database {} is locked by another program", file.display());
    assert_eq!(refusal(&url).await, sentence);
    other.execute_unprepared("ROLLBACK").await.expect("unlocked");
    Sql::open(&url, clock()).await.expect("nobody is in the way");
}

#[tokio::test]
async fn a_file_of_another_kind_is_left_alone() {
    let folder = folder();
    let file = folder.path().join("portcullis.db");
    let novel = "It was a dark and stormy night. ".repeat(100);
    an_empty_file(&file);
    fs::write(&file, &novel).expect("written");
    let sentence = format!("{} is not a SQLite database", file.display());
    assert_eq!(refusal(&file_in(&folder)).await, sentence);
    assert_eq!(fs::read_to_string(&file).expect("still there"), novel);
}

#[tokio::test]
async fn a_damaged_file_is_left_alone() {
    let folder = folder();
    let file = folder.path().join("portcullis.db");
    drop(Sql::open(&file_in(&folder), clock()).await.expect("a new file"));
    settle(&file_in(&folder)).await;
    let mut bytes = fs::read(&file).expect("a file");
    bytes[100..2000].fill(0xaa);
    fs::write(&file, &bytes).expect("damaged");
    let sentence = refusal(&file_in(&folder)).await;
    let expected = format!("the database {} is damaged: ", file.display());
    assert!(sentence.starts_with(&expected), "{sentence}");
    assert!(fs::read(&file).expect("still there") == bytes, "it was changed");
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let folder = folder();
    let file = folder.path().join("portcullis.db");
    drop(Sql::open(&file_in(&folder), clock()).await.expect("a new file"));
    let other = other_program(&file_in(&folder)).await;
    let step = "INSERT INTO seaql_migrations VALUES ('m9999_telepathy', 0)";
    other.execute_unprepared(step).await.expect("a step of the future");
    other.close().await.expect("closed");
    settle(&file_in(&folder)).await;
    let before = fs::read(&file).expect("a file");
    let refused = Sql::open(&file_in(&folder), clock()).await.expect_err("too new");
    assert!(matches!(&refused, OpenError::Newer { step, .. } if step == "m9999_telepathy"));
    assert!(refused.to_string().contains("made by a newer version of this program"), "{refused}");
    assert!(fs::read(&file).expect("still there") == before, "it was changed");
}

#[tokio::test]
async fn a_url_that_cannot_be_used_is_refused_without_being_shown() {
    let refusals = [
        ("mysql://root:hunter2@db/x", "the storage URL must begin with `sqlite:` or `postgres:`"),
        ("hunter2", "the storage URL must begin with `sqlite:` or `postgres:`"),
        ("postgres://root:hunter2@db:port/x", "the storage URL cannot be read: "),
        ("sqlite::memory:", "the storage URL cannot be read: "),
        ("sqlite:x.db?mode=memory", "the storage URL cannot be read: "),
        ("sqlite:x.db?colour=red", "the storage URL cannot be read: "),
    ];
    for (url, expected) in refusals {
        let sentence = refusal(&Secret::new(url)).await;
        assert!(sentence.starts_with(expected), "{url}: {sentence}");
        assert!(!sentence.contains("hunter2"), "{sentence}");
    }
}

/// Moves everything from the log into the database, so that the file can be compared.
async fn settle(url: &Secret) {
    let other = other_program(url).await;
    other.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.expect("moved");
    other.close().await.expect("closed");
}
