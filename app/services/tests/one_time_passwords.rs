//! Passwords that work once.

mod house;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Arc,
};

use adapter_memory::Memory;
use async_trait::async_trait;
use domain::{Action, Actor, Event, Origin, Outcome, SubjectId, User, Username};
use house::{House, NOW, asked, holding};
use ports::{
    inbound::{AdministerUsers as _, Browser, Next, SignIn as _, SignInPage, SignedIn},
    outbound::{Change, Keep, Page, StoreError, Stored, Users},
};
use tokio::sync::Barrier;

const WRONG: &str = "The user name or the password is wrong.";
const USED: &str =
    "This one-time password was used already. Ask whoever runs this server for a new one.";
const ENDED: &str = "This one-time password has ended. Ask whoever runs this server for a new one.";

/// A server that has given ada a one-time password, and the password.
async fn house() -> (House, String) {
    let house = House::new().await;
    let one_time = house.users.set_password("ada", None).await.expect("changed").expect("made");
    assert_eq!(one_time.expires_at.as_unix(), NOW + 7 * 24 * 3600);
    (house, one_time.password.expose().to_owned())
}

/// What ada is told who signs in at this page.
async fn told(house: &House, page: &SignInPage, browser: &Browser, password: &str) -> &'static str {
    match house.send(page, browser, ("ada", password)).await.expect("answered") {
        SignedIn::Refused(reason) => reason,
        SignedIn::Onward { next: Next::ChoosePassword, session: None, .. } => "choose",
        other @ SignedIn::Onward { .. } => panic!("{other:?}"),
    }
}

fn last_sign_in(house: &House) -> Event {
    let event = house.memory.events().into_iter().rfind(|event| event.action == Action::SignIn);
    event.expect("on record")
}

#[tokio::test]
async fn a_one_time_password_works_in_one_interaction_however_often_its_form_is_sent() {
    let (house, password) = house().await;
    let (page, browser) = house.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (other, _) = house.sign_in_page(asked("mcp:read"), &browser).await;
    assert_eq!(told(&house, &page, &browser, &password).await, "choose");
    assert_eq!(told(&house, &page, &browser, &password).await, "choose", "pressed twice");
    assert_eq!(told(&house, &other, &browser, &password).await, USED);
    let event = last_sign_in(&house);
    assert_eq!((event.outcome, event.actor), (Outcome::Refused, Actor::Person));
    assert_eq!(event.detail.as_deref(), Some("the one-time password was used already"));
    assert!(event.subject.is_some());
    house.clock.advance(8 * 24 * 3600);
    let (late, browser) = house.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    assert_eq!(told(&house, &late, &browser, &password).await, USED, "not that it has ended");
    house.users.set_password("ada", None).await.expect("changed");
    assert_eq!(told(&house, &late, &browser, &password).await, WRONG, "there is a new one");
}

#[tokio::test]
async fn a_one_time_password_that_is_not_used_ends() {
    let (house, password) = house().await;
    house.clock.advance(7 * 24 * 3600);
    let (page, browser) = house.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    assert_eq!(told(&house, &page, &browser, &password).await, ENDED);
    let event = last_sign_in(&house);
    assert_eq!(event.detail.as_deref(), Some("the one-time password has ended"));
    assert_eq!((event.outcome, event.actor), (Outcome::Refused, Actor::Person));
}

#[tokio::test]
async fn whoever_does_not_know_it_is_told_nothing_of_it() {
    let (house, password) = house().await;
    let (page, browser) = house.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    assert_eq!(told(&house, &page, &browser, &password).await, "choose");
    let (other, browser) = house.sign_in_page(asked("mcp:read"), &browser).await;
    assert_eq!(told(&house, &other, &browser, "a guess").await, WRONG);
    house.clock.advance(8 * 24 * 3600);
    let (late, browser) = house.sign_in_page(asked("mcp:read"), &browser).await;
    assert_eq!(told(&house, &late, &browser, "a guess").await, WRONG);
}

/// Keeps people, and lets nobody write before both rivals have read.
struct Meeting {
    store: Arc<Memory>,
    both_have_read: Barrier,
}

#[async_trait]
impl Keep<User> for Meeting {
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
        Keep::<User>::remove(self.store.as_ref(), key).await
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
async fn page_at(house: &House, last: u8) -> (SignInPage, Browser) {
    let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)));
    let browser = Browser { origin: Origin { address, ..Origin::default() }, ..Browser::default() };
    let page = house.sign_in.begin(&browser).await.expect("begun");
    let browser = holding(page.secret.clone(), &browser);
    (page, browser)
}

#[tokio::test]
async fn of_two_interactions_at_once_one_gets_it() {
    let (house, password) = house().await;
    let meeting = Meeting { store: house.memory.clone(), both_have_read: Barrier::new(2) };
    let sign_in = house.with_other(|it| it.stores.users = Arc::new(meeting)).sign_in;
    let (one, another) = (page_at(&house, 1).await, page_at(&house, 2).await);
    let send = async |(page, browser): &(SignInPage, Browser)| {
        let credentials = house::credentials("ada", &password);
        sign_in.sign_in(&page.request, browser, credentials).await.expect("answered")
    };
    let answers = tokio::join!(send(&one), send(&another));
    let refused = |answer: &SignedIn| matches!(answer, SignedIn::Refused(USED));
    assert_eq!([&answers.0, &answers.1].into_iter().filter(|it| refused(it)).count(), 1);
}

#[tokio::test]
async fn a_password_that_was_spent_still_opens_the_page_it_opened() {
    let (house, password) = house().await;
    let (page, browser) = house.sign_in_page(asked("mcp:read"), &Browser::default()).await;
    let (interaction, browser, _) = house.pass(&page, &browser, ("ada", &password)).await;
    let ada = house.memory.by_username(&Username::parse("ada").expect("lawful")).await;
    let ada = ada.expect("answered").expect("known").value;
    house.upkeep().apply(Change::User(ada.id));
    house.clock.advance(9 * 60);
    let choice = domain::Secret::new("a sound choice");
    let chosen = house.sign_in.choose_password(&interaction, &browser, choice).await;
    assert!(matches!(chosen, Ok(SignedIn::Onward { session: Some(_), .. })), "{chosen:?}");
}
