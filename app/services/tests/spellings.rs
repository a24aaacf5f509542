//! Names and passwords that are typed in more than one way (RFC 8265), and accounts from before that was
//! looked at.

mod server;

use domain::{Password, PasswordKind, Secret, SecurityStamp, SubjectId, User, Username};
use ports::{
    inbound::{AdminError, AdministerUsers as _, Browser, NewUser, SignedIn},
    outbound::{Store as _, Users as _},
};
use server::{TestServer, asked};

/// `ä` as one character, as most keyboards make it, and as two, as some do.
const COMPOSED: &str = "gem\u{e4}chlich dahin";
const DECOMPOSED: &str = "gema\u{308}chlich dahin";
/// A blank that is not ASCII's.
const WIDE_BLANK: &str = "gem\u{e4}chlich\u{3000}dahin";

async fn signs_in(server: &TestServer, username: &str, password: &str) -> bool {
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let step = server.send(&page, &browser, (username, password)).await.expect("answered");
    matches!(step, SignedIn::Onward { session: Some(_), .. })
}

fn new(username: &str, password: &str) -> NewUser {
    NewUser {
        username: username.to_owned(),
        name: None,
        email: None,
        password: Some(Secret::new(password)),
    }
}

/// Puts an account into the store as it was made before names and passwords were prepared: in lower case,
/// with a hash of what was typed.
async fn add_former(server: &TestServer, username: &str, password: &str) {
    let ada = Username::parse("ada").expect("lawful");
    let ada = server.memory.by_username(&ada).await.expect("answered").expect("known").value;
    let hash = format!("$plain${password}");
    let former = User {
        id: SubjectId::new("former"),
        username: Username::parse_former(username).expect("lawful then"),
        password: Some(Password { hash, kind: PasswordKind::Chosen }),
        stamp: SecurityStamp::new("former"),
        ..ada
    };
    server.memory.insert(former).await.expect("stored");
}

#[tokio::test]
async fn a_password_is_the_same_however_a_keyboard_composes_it() {
    for chosen in [COMPOSED, DECOMPOSED, WIDE_BLANK] {
        let server = TestServer::new().await;
        server.users.add(new("grace", chosen)).await.expect("added");
        for typed in [COMPOSED, DECOMPOSED, WIDE_BLANK] {
            assert!(signs_in(&server, "grace", typed).await, "{chosen:?} typed as {typed:?}");
        }
        assert!(!signs_in(&server, "grace", "gemachlich dahin").await, "another letter");
    }
}

#[tokio::test]
async fn a_password_hashed_as_it_was_typed_still_opens_as_it_was_typed() {
    for chosen in [COMPOSED, DECOMPOSED, WIDE_BLANK, "with\u{200b}what is refused today"] {
        let server = TestServer::new().await;
        add_former(&server, "grace", chosen).await;
        assert!(signs_in(&server, "grace", chosen).await, "{chosen:?}");
        assert!(!signs_in(&server, "grace", "gemachlich dahin").await, "another letter");
    }
    // The prepared spelling of a hash from before is tried first, so it opens from every keyboard.
    let server = TestServer::new().await;
    add_former(&server, "grace", COMPOSED).await;
    assert!(signs_in(&server, "grace", DECOMPOSED).await);
}

#[tokio::test]
async fn spellings_of_one_name_are_one_account() {
    let server = TestServer::new().await;
    server.users.add(new("J\u{fc}rgen", COMPOSED)).await.expect("added");
    for typed in ["j\u{fc}rgen", "Ju\u{308}rgen", " J\u{dc}RGEN ", "\u{ff2a}\u{fc}rgen"] {
        assert!(signs_in(&server, typed, COMPOSED).await, "{typed:?}");
        let again = server.users.add(new(typed, COMPOSED)).await;
        assert!(matches!(again, Err(AdminError::Taken(_))), "{typed:?}: {again:?}");
    }
}

#[tokio::test]
async fn a_name_that_looks_like_another_by_its_letters_is_no_account() {
    let server = TestServer::new().await;
    let cyrillic = "\u{430}da";
    for lookalike in [cyrillic, "a\u{200b}da", "ad\u{3b1}", "ada\u{3164}"] {
        let added = server.users.add(new(lookalike, COMPOSED)).await;
        assert!(matches!(added, Err(AdminError::Username(_))), "{lookalike:?}: {added:?}");
        assert!(!signs_in(&server, lookalike, server::PASSWORD).await, "{lookalike:?}");
    }
}

#[tokio::test]
async fn an_account_from_before_keeps_its_name_and_nobody_else_gets_it() {
    for name in ["ju\u{308}rgen", "\u{430}da", "gr\u{200b}ace"] {
        let server = TestServer::new().await;
        add_former(&server, name, COMPOSED).await;
        assert!(signs_in(&server, name, COMPOSED).await, "{name:?}");
        assert!(signs_in(&server, &name.to_uppercase(), COMPOSED).await, "{name:?}");
        let taken = server.users.add(new(name, DECOMPOSED)).await;
        assert!(taken.is_err(), "{name:?} would not reach the new account: {taken:?}");
        server
            .users
            .set_password(name, Some(Secret::new("another of these")))
            .await
            .expect("found");
        assert!(signs_in(&server, name, "another of these").await);
    }
}
