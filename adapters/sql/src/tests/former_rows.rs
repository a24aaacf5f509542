//! Rows that earlier versions have stored are still read.

use contract::Sample;
use domain::{Client, ClientId, PasswordKind, Timestamp, User};
use ports::outbound::{Store, Stored};
use sea_orm::{ConnectionTrait, Database, DatabaseBackend, Statement, StatementBuilder};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

use super::{clock, file_in};
use crate::{Sql, audit::strangers, migrations::Migrator};

/// The steps up to and including `m0012_uptimes`.
const BEFORE: u32 = 12;
/// The steps up to and including `m0020_audit_actors`.
const BEFORE_USES: u32 = 15;
const WEEK: i64 = 7 * 24 * 60 * 60;

#[tokio::test]
async fn a_one_time_password_from_before_they_ended_is_good_for_a_week_more() {
    let folder = TempDir::new().expect("a folder");
    let url = file_in(&folder);
    let earlier = Database::connect(format!("{}?mode=rwc", url.expose())).await.expect("made");
    Migrator::up(&earlier, Some(BEFORE)).await.expect("as it was");
    let insert = "INSERT INTO users (id, username, email_verified, password_hash, \
                  password_one_time, state, stamp, created_at, revision) VALUES \
                  ('subject-0', 'user-0', FALSE, '$x', TRUE, 'active', 'stamp', 0, 1), \
                  ('subject-1', 'user-1', FALSE, '$x', FALSE, 'active', 'stamp', 0, 1)";
    earlier.execute_unprepared(insert).await.expect("inserted");
    let now = Statement::from_string(
        DatabaseBackend::Sqlite,
        "SELECT CAST(strftime('%s', 'now') AS INTEGER) AS now",
    );
    let now = earlier.query_one_raw(now).await.expect("answered").expect("a row");
    let now: i64 = now.try_get("", "now").expect("a number");
    earlier.close().await.expect("closed");
    restrict(&folder);

    let sql = Sql::open(&url, clock()).await.expect("migrated");
    let password = async |n| {
        let found: Option<Stored<User>> =
            sql.find(&User::nth(n).id).await.expect("the store answers");
        found.expect("still there").value.password.expect("a password").kind
    };
    let PasswordKind::OneTime { expires_at, used_in: None } = password(0).await else {
        panic!("no one-time password")
    };
    assert!((now + WEEK..now + WEEK + 60).contains(&expires_at.as_unix()), "{expires_at:?}");
    assert_eq!(password(1).await, PasswordKind::Chosen);
}

#[tokio::test]
async fn a_client_that_only_had_tokens_for_itself_is_not_taken_for_one_that_a_person_allowed() {
    let folder = TempDir::new().expect("a folder");
    let url = file_in(&folder);
    let earlier = Database::connect(format!("{}?mode=rwc", url.expose())).await.expect("made");
    Migrator::up(&earlier, Some(BEFORE_USES)).await.expect("as it was");
    let inserts = "INSERT INTO clients (id, metadata, origin, registration_token, first_granted_at, \
                   state, created_at, revision) SELECT id, '{\"redirect_uris\":[]}', 'dynamic', \
                   zeroblob(32), 5, 'active', 1, 1 FROM (SELECT 'machine' AS id UNION SELECT 'both' \
                   UNION SELECT 'person'); \
                   INSERT INTO audit_events (at, action, outcome, client) VALUES \
                   (5, 'token.issued', 'success', 'machine'), (9, 'token.issued', 'success', 'machine'), \
                   (5, 'token.issued', 'success', 'both'), (6, 'code.redeemed', 'success', 'both'), \
                   (6, 'code.redeemed', 'success', 'person')";
    earlier.execute_unprepared(inserts).await.expect("inserted");
    earlier.close().await.expect("closed");
    restrict(&folder);

    let sql = Sql::open(&url, clock()).await.expect("migrated");
    let unused_since = async |id: &str| {
        let found: Option<Stored<Client>> =
            sql.find(&ClientId::new(id)).await.expect("the store answers");
        found.expect("still there").value.unused_since()
    };
    let day = Client::USE_PRECISION;
    assert_eq!(unused_since("machine").await, Some(Timestamp::from_unix(9).after(day)));
    assert_eq!(unused_since("both").await, None);
    assert_eq!(unused_since("person").await, None);
}

#[tokio::test]
async fn the_old_events_of_strangers_are_found_by_an_index() {
    let folder = TempDir::new().expect("a folder");
    let url = file_in(&folder);
    let untouched = Database::connect(format!("{}?mode=rwc", url.expose())).await.expect("made");
    Migrator::up(&untouched, None).await.expect("up to date");
    let delete = StatementBuilder::build(&strangers(contract::NOW, 5), &DatabaseBackend::Sqlite);
    let plan =
        Statement::from_string(DatabaseBackend::Sqlite, format!("EXPLAIN QUERY PLAN {delete}"));
    let steps = untouched.query_all_raw(plan).await.expect("planned");
    let steps = steps.iter().map(|row| row.try_get::<String>("", "detail").expect("a text"));
    let steps: Vec<_> = steps.collect();
    assert!(steps.iter().any(|step| step.contains("audit_events_by_at")), "{steps:?}");
}

/// Databases are their owner's alone.
fn restrict(folder: &TempDir) {
    use std::{fs, os::unix::fs::PermissionsExt};

    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("changed");
    }
}
