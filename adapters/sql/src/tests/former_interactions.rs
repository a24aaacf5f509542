//! Interactions that an earlier version has stored go on.

use std::{fs, os::unix::fs::PermissionsExt};

use contract::Sample;
use domain::{Interaction, InteractionId, Purpose, Secret};
use ports::outbound::Store;
use sea_orm::{ConnectionTrait, Database};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;

use super::{clock, file_in, schema};
use crate::{Sql, migrations::Migrator};

const STEP: &str = "m0023_interaction_documents";

/// The steps before the one that makes documents of interactions.
fn before() -> u32 {
    let all = Migrator::migrations();
    let step = all.iter().position(|step| step.name() == STEP).expect("a step of this name");
    u32::try_from(step).expect("few steps")
}

/// One row a state, each with the request or without, as they were.
fn rows() -> Vec<String> {
    let request = r#"'{"client":"web","redirect_uri":"https://app.example/cb",
        "response_mode":"query","state":"it''s \"odd\"","scope":"openid","resources":[],
        "pkce":"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM","nonce":null,"prompt":["login"],
        "max_age":5,"login_hint":null,"subject":null}'"#;
    let states = [
        "'choosing_password', 'ada', 's1', NULL, NULL, NULL, NULL, NULL",
        "'deciding', NULL, NULL, 's', NULL, NULL, NULL, NULL",
        "'answered', NULL, NULL, 's', 7, 'account', NULL, NULL",
        "'answered', NULL, NULL, 's', 7, 'granted', NULL, 'openid'",
        "'answered', NULL, NULL, 's', 7, 'granted', '', ''",
        "'answered', NULL, NULL, 's', 7, 'denied', NULL, NULL",
        "'answered', NULL, NULL, 's', 7, 'other_person', NULL, NULL",
    ];
    let purposes = [("'account'", "NULL"), ("'authorize'", request)];
    let each = purposes.iter().flat_map(|purpose| states.iter().map(move |state| (purpose, state)));
    each.enumerate()
        .map(|(n, ((purpose, request), state))| {
            format!("('i{n}', BROWSER, {purpose}, {request}, 100, 700, {state}, {n})")
        })
        .collect()
}

async fn carry_over(url: &Secret, digest: &str) {
    let earlier = Database::connect(made_if_missing(url)).await.expect("made");
    Migrator::up(&earlier, Some(before())).await.expect("as it was");
    let insert = format!(
        "INSERT INTO interactions (id, browser, purpose, request, created_at, expires_at, state, \
         subject, stamp, session, answered_at, answer, decided, granted, revision) VALUES {}",
        rows().join(", ").replace("BROWSER", digest)
    );
    earlier.execute_unprepared(&insert).await.expect("inserted");
    earlier.close().await.expect("closed");
}

fn made_if_missing(url: &Secret) -> String {
    match url.expose().strip_prefix("sqlite:") {
        Some(_) => format!("{}?mode=rwc", url.expose()),
        None => url.expose().to_owned(),
    }
}

/// Every state and every answer is there, with either purpose.
async fn check(sql: &Sql) {
    let mut states = Vec::new();
    for n in 0..rows().len() {
        let id = InteractionId::new(format!("i{n}"));
        let found =
            Store::<Interaction>::find(sql, &id).await.expect("believed").expect("carried over");
        let (request, state) = (found.value.purpose, found.value.state);
        assert_eq!((found.revision, found.value.browser.as_bytes()), (n as u64, &[0xAB; 32]));
        if let Purpose::Authorize(request) = &request {
            assert_eq!(request.callback().state.as_deref(), Some("it's \"odd\""));
        }
        states.push(state);
    }
    let shapes = Interaction::shapes();
    let same = |state: &_| shapes.iter().any(|shape| same_kind(&shape.state, state));
    assert!(states.iter().all(same), "{states:?}");
    assert_eq!(states[..7], states[7..]);
}

fn same_kind<T: std::fmt::Debug>(one: &T, other: &T) -> bool {
    let name = |it: &T| format!("{it:?}").split(' ').next().map(str::to_owned);
    name(one) == name(other)
}

#[tokio::test]
async fn in_a_file() {
    let folder = TempDir::new().expect("a folder");
    let url = file_in(&folder);
    carry_over(&url, &format!("X'{}'", "AB".repeat(32))).await;
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("changed");
    }
    check(&Sql::open(&url, clock()).await.expect("migrated")).await;
}

#[tokio::test]
async fn in_a_database_of_postgresql() {
    let url = schema().await;
    carry_over(&url, &format!("decode('{}', 'hex')", "ab".repeat(32))).await;
    check(&Sql::open(&url, clock()).await.expect("migrated")).await;
}
