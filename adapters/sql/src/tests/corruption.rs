//! A row that makes no sense is refused by name, and its secrets stay in it.

use std::error::Error;

use contract::Sample;
use domain::{
    AuthorizationCode, Client, Consent, Interaction, RefreshFamily, Session, SigningKey, User,
};
use ports::outbound::{Store, StoreError, Stored};
use sea_orm::{ConnectionTrait, Database};
use tempfile::TempDir;

use super::{clock, file_in};
use crate::{Sql, table::Table};

/// Alters columns of the row of the fullest sample, and checks the resulting error.
async fn each_is_doubted<T: Sample + Table>(name: &str, spoils: &[(&str, &str)]) {
    let folder = TempDir::new().expect("a folder");
    let sql = Sql::open(&file_in(&folder), clock()).await.expect("a new file");
    let other = Database::connect(file_in(&folder).expose()).await.expect("opened");
    for (spoil, reason) in spoils {
        let shape = T::shapes().remove(1);
        sql.insert(shape.clone()).await.expect("inserted");
        other.execute_unprepared(spoil).await.expect("spoiled");
        let found: Result<Option<Stored<T>>, _> = sql.find(&shape.key()).await;
        let error = found.expect_err("not believed");
        assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
        assert_eq!(error.to_string(), format!("{name} is corrupt"), "{spoil}");
        let said = error.source().expect("a reason").to_string();
        assert!(said.contains(reason), "{spoil}: {said}");
        Store::<T>::remove(&sql, &shape.key()).await.expect("removed");
    }
}

#[tokio::test]
async fn an_impossible_person_is_not_believed() {
    let spoils = [
        ("UPDATE users SET state = 'x'", "state"),
        ("UPDATE users SET password_one_time = NULL", "half a password"),
        ("UPDATE users SET username = ''", "user name"),
        ("UPDATE users SET revision = -1", "out of range"),
    ];
    each_is_doubted::<User>("user subject-0", &spoils).await;
}

#[tokio::test]
async fn an_impossible_session_or_consent_is_not_believed() {
    let spoils = [
        ("UPDATE sessions SET digest = x'00'", "digest"),
        ("UPDATE sessions SET user_agent = x'ff'", "utf-8"),
        ("UPDATE sessions SET amr = '{}'", "expected"),
        ("UPDATE sessions SET address = 'x'", "address"),
    ];
    each_is_doubted::<Session>("session session-0", &spoils).await;
    let spoils = [("UPDATE consents SET allowed = '[[null]]'", "length")];
    each_is_doubted::<Consent>("consent consent-0", &spoils).await;
}

#[tokio::test]
async fn an_impossible_client_is_not_believed() {
    let spoils = [
        ("UPDATE clients SET secret_method = NULL", "credential"),
        ("UPDATE clients SET origin = 'operator'", "origin"),
        ("UPDATE clients SET state = ''", "state"),
        ("UPDATE clients SET access_token_lifetime = -1", "out of range"),
        (r#"UPDATE clients SET metadata = '{"grant_types":["x"]}'"#, "`x` is unknown"),
        (r#"UPDATE clients SET metadata = '{"redirect_uris":"data:x"}'"#, "expected a sequence"),
    ];
    each_is_doubted::<Client>("client https://client.example/0", &spoils).await;
}

#[tokio::test]
async fn an_impossible_interaction_is_not_believed() {
    let spoils = [
        (
            r#"UPDATE interactions SET document = replace(document, '"version":1', '"version":2')"#,
            "form 2",
        ),
        ("UPDATE interactions SET document = replace(document, 'deciding', 'dancing')", "dancing"),
    ];
    each_is_doubted::<Interaction>("interaction interaction-0", &spoils).await;
}

#[tokio::test]
async fn an_impossible_grant_is_not_believed() {
    let spoils = [
        ("UPDATE authorization_codes SET pkce = 'plain'", "code_challenge"),
        ("UPDATE authorization_codes SET redirect_uri = 'javascript:x'", "scheme"),
    ];
    each_is_doubted::<AuthorizationCode>("authorization code of grant grant-0", &spoils).await;
    let spoils = [
        ("UPDATE refresh_families SET revoked_at = 1", "state"),
        ("UPDATE refresh_families SET generation = 4294967296", "out of range"),
        ("UPDATE refresh_families SET salt = x'00'", "salt"),
        ("UPDATE refresh_families SET approval = 'x'", "expected"),
    ];
    each_is_doubted::<RefreshFamily>("refresh family grant-0", &spoils).await;
}

#[tokio::test]
async fn an_impossible_key_is_not_believed() {
    let spoils = [
        ("UPDATE signing_keys SET ec_x = NULL", "public key"),
        ("UPDATE signing_keys SET algorithm = 'none'", "algorithm"),
    ];
    each_is_doubted::<SigningKey>("signing key key-0", &spoils).await;
}
