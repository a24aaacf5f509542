//! Passwords that work once.

mod server;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use adapter_memory::Memory;
use async_trait::async_trait;
use domain::{Action, Actor, Event, Outcome, RequestSource, SubjectId, User, Username};
use ports::{
    inbound::{AdministerUsers as _, Browser, NextPage, SignIn as _, SignInPage, SignedIn},
    outbound::{Change, Page, Store, StoreError, Stored, Users},
};
use server::{NOW, TestServer, asked, holding};
use tokio::sync::Barrier;

const WRONG: &str = "The user name or the password is wrong.";
const USED: &str =
    "This one-time password was used already. Ask whoever runs this server for a new one.";
const ENDED: &str = "This one-time password has ended. Ask whoever runs this server for a new one.";

/// A server that has given ada a one-time password, and the password.
async fn server() -> (TestServer, String) {
    let server = TestServer::new().await;
    let one_time = server.users.set_password("ada", None).await.expect("changed").expect("made");
    assert_eq!(one_time.expires_at.as_unix(), NOW + 7 * 24 * 3600);
    (server, one_time.password.expose().to_owned())
}

/// The answer to ada, who signs in at this page.
async fn told(
    server: &TestServer,
    page: &SignInPage,
    browser: &Browser,
    password: &str,
) -> &'static str {
    match server.send(page, browser, ("ada", password)).await.expect("answered") {
        SignedIn::Refused(reason) => reason,
        SignedIn::Onward { next: NextPage::ChoosePassword, session: None, .. } => "choose",
        other @ SignedIn::Onward { .. } => panic!("{other:?}"),
    }
}

fn last_sign_in(server: &TestServer) -> Event {
    let event = server.memory.events().into_iter().rfind(|event| event.action == Action::SignIn);
    event.expect("on record")
}

#[tokio::test]
async fn a_one_time_password_works_in_one_interaction_however_often_its_form_is_sent() {
    let (server, password) = server().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (other, _) = server.sign_in_page(asked("mcp:read"), &browser).await;
    assert_eq!(told(&server, &page, &browser, &password).await, "choose");
    assert_eq!(told(&server, &page, &browser, &password).await, "choose", "pressed twice");
    assert_eq!(told(&server, &other, &browser, &password).await, USED);
    let event = last_sign_in(&server);
    assert_eq!((event.outcome, event.actor), (Outcome::Refused, Actor::Person));
    assert_eq!(event.detail.as_deref(), Some("the one-time password was used already"));
    assert!(event.subject.is_some());
    server.clock.advance(8 * 24 * 3600);
    let (late, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    assert_eq!(told(&server, &late, &browser, &password).await, USED, "not that it has ended");
    server.users.set_password("ada", None).await.expect("changed");
    assert_eq!(told(&server, &late, &browser, &password).await, WRONG, "there is a new one");
}

#[tokio::test]
async fn a_one_time_password_that_is_not_used_ends() {
    let (server, password) = server().await;
    server.clock.advance(7 * 24 * 3600);
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    assert_eq!(told(&server, &page, &browser, &password).await, ENDED);
    let event = last_sign_in(&server);
    assert_eq!(event.detail.as_deref(), Some("the one-time password has ended"));
    assert_eq!((event.outcome, event.actor), (Outcome::Refused, Actor::Person));
}

#[tokio::test]
async fn whoever_does_not_know_it_is_told_nothing_of_it() {
    let (server, password) = server().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    assert_eq!(told(&server, &page, &browser, &password).await, "choose");
    let (other, browser) = server.sign_in_page(asked("mcp:read"), &browser).await;
    assert_eq!(told(&server, &other, &browser, "a guess").await, WRONG);
    server.clock.advance(8 * 24 * 3600);
    let (late, browser) = server.sign_in_page(asked("mcp:read"), &browser).await;
    assert_eq!(told(&server, &late, &browser, "a guess").await, WRONG);
}

/// Keeps people, and lets nobody write before both rivals have read.
struct Meeting {
    store: Arc<Memory>,
    both_have_read: Barrier,
}

#[async_trait]
impl Store<User> for Meeting {
    async fn insert(&self, user: User) -> Result<(), StoreError> {
        self.store.insert(user).await
    }

    async fn find(&self, key: &SubjectId) -> Result<Option<Stored<User>>, StoreError> {
        self.store.find(key).await
    }

    async fn replace(&self, user: Stored<User>) -> Result<(), StoreError> {
        self.store.replace(user).await
    }

    async fn remove(&self, key: &SubjectId) -> Result<(), StoreError> {
        Store::<User>::remove(self.store.as_ref(), key).await
    }
}

#[async_trait]
impl Users for Meeting {
    async fn by_username(&self, username: &Username) -> Result<Option<Stored<User>>, StoreError> {
        let found = self.store.by_username(username).await;
        self.both_have_read.wait().await;
        found
    }

    async fn page(&self, page: Page<Username>) -> Result<Vec<User>, StoreError> {
        Users::page(self.store.as_ref(), page).await
    }
}

/// The sign-in of a browser at another address: those at one take turns anyway.
async fn page_at(server: &TestServer, last: u8) -> (SignInPage, Browser) {
    let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
    let browser = Browser {
        origin: RequestSource { address, ..RequestSource::default() },
        ..Browser::default()
    };
    let page = server.sign_in.begin(&browser).await.expect("begun");
    let browser = holding(page.secret.clone(), &browser);
    (page, browser)
}

#[tokio::test]
async fn of_two_interactions_at_once_one_gets_it() {
    let (server, password) = server().await;
    let meeting = Meeting { store: server.memory.clone(), both_have_read: Barrier::new(2) };
    let sign_in = server.with_other(|it| it.stores.users = Arc::new(meeting)).sign_in;
    let (one, another) = (page_at(&server, 1).await, page_at(&server, 2).await);
    let send = async |(page, browser): &(SignInPage, Browser)| {
        let credentials = server::credentials("ada", &password);
        sign_in.sign_in(&page.request, browser, credentials).await.expect("answered")
    };
    let answers = tokio::join!(send(&one), send(&another));
    let refused = |answer: &SignedIn| matches!(answer, SignedIn::Refused(USED));
    assert_eq!([&answers.0, &answers.1].into_iter().filter(|it| refused(it)).count(), 1);
}

#[tokio::test]
async fn a_password_that_was_spent_still_opens_the_page_it_opened() {
    let (server, password) = server().await;
    let (page, browser) = server.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (interaction, browser, _) = server.pass(&page, &browser, ("ada", &password)).await;
    let ada = server.memory.by_username(&Username::parse("ada").expect("lawful")).await;
    let ada = ada.expect("answered").expect("known").value;
    server.maintenance().apply(Change::User(ada.id));
    server.clock.advance(9 * 60);
    let choice = domain::Secret::new("a sound choice");
    let chosen = server.sign_in.choose_password(&interaction, &browser, choice).await;
    assert!(matches!(chosen, Ok(SignedIn::Onward { session: Some(_), .. })), "{chosen:?}");
}
