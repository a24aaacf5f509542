//! Passwords that operators give, and what they open.

mod server;

use adapter_memory::PlainHashes;
use domain::{Password, Secret, SecurityStamp, Username};
use ports::{
    inbound::{AdminError, AdministerUsers as _, Browser, NewUser, SignedIn},
    outbound::{Hashes as _, Store as _, Users as _},
};
use server::{TestServer, asked};

/// The outcome for somebody who signs in like this in a fresh browser.
async fn sign_in(server: &TestServer, username: &str, password: &str) -> SignedIn {
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    server.send(&page, &browser, (username, password)).await.expect("answered")
}

fn grace(password: &str) -> NewUser {
    NewUser {
        username: "Grace".to_owned(),
        name: None,
        email: None,
        password: Some(Secret::new(password)),
    }
}

#[tokio::test]
async fn an_operator_gives_nobody_a_password_that_they_could_not_choose() {
    let server = TestServer::new().await;
    let poor = ["", "seven77", "says gRACE herself", &"x".repeat(1025)];
    for poor in poor {
        let added = server.users.add(grace(poor)).await;
        assert!(matches!(added, Err(AdminError::Refused(_))), "{poor}: {added:?}");
    }
    server.users.add(grace(&"x".repeat(1024))).await.expect("a name that is still free");
    for poor in poor {
        let changed = server.users.set_password("grace", Some(Secret::new(poor))).await;
        assert!(matches!(changed, Err(AdminError::Refused(_))), "{poor}: {changed:?}");
    }
    let step = sign_in(&server, "grace", &"x".repeat(1024)).await;
    assert!(matches!(step, SignedIn::Onward { session: Some(_), .. }), "{step:?}");
}

#[tokio::test]
async fn an_empty_password_is_nobodys() {
    let server = TestServer::new().await;
    let name = Username::parse("ada").expect("lawful");
    let ada = server.memory.by_username(&name).await.expect("answered").expect("known");
    let hash = PlainHashes.hash(Secret::new("")).await.expect("hashed");
    let empty = Password::chosen(hash);
    let changed = ada.value.clone().with_password(empty, SecurityStamp::new("new"));
    server.memory.replace(ada.with(changed)).await.expect("stored");
    let step = sign_in(&server, "ada", "").await;
    assert!(matches!(step, SignedIn::Refused(_)), "{step:?}");
}
