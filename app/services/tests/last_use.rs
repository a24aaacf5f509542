//! When sessions and applications were last used, as the account page tells it.

mod house;

use std::net::{IpAddr, Ipv4Addr};

use domain::{Origin, SessionId, Timestamp};
use house::{House, NOW, PASSWORD, asked, holding};
use ports::{
    inbound::{
        AccountView, Begun, Browser, Changed, ManageAccount as _, PasswordChange, SignIn as _,
    },
    outbound::{Keep, Stored},
};

const MINUTE: i64 = 60;

async fn account(house: &House, browser: &Browser) -> AccountView {
    house.account.show(browser).await.expect("shown").expect("signed in")
}

/// How often the one session of the account was written, as far as its store tells.
async fn session(house: &House, browser: &Browser) -> Stored<domain::Session> {
    let (id, _) = browser.sessions[0].expose().split_once('.').expect("a cookie");
    let id = SessionId::new(id);
    let found: Option<Stored<domain::Session>> = house.memory.find(&id).await.expect("answered");
    found.expect("stored")
}

#[tokio::test]
async fn a_use_of_a_session_is_written_down_once_in_five_minutes() {
    let house = House::new().await;
    let (_, browser) = house.sign_up().await;
    let began = session(&house, &browser).await;
    house.clock.advance(5 * MINUTE - 1);
    assert_eq!(account(&house, &browser).await.sessions[0].last_used.as_unix(), NOW);
    assert_eq!(session(&house, &browser).await, began, "nothing was written");
    house.clock.advance(1);
    let line = account(&house, &browser).await.sessions.remove(0);
    assert_eq!(line.last_used.as_unix(), NOW + 5 * MINUTE);
    assert_eq!(line.since.as_unix(), NOW);
    let used = session(&house, &browser).await;
    assert_ne!(used.revision, began.revision);
    account(&house, &browser).await;
    assert_eq!(session(&house, &browser).await, used, "nothing was written");
}

#[tokio::test]
async fn a_session_tells_from_where_it_was_begun() {
    let house = House::new().await;
    let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
    let origin = Origin { address, ..Origin::default() };
    let elsewhere = Browser { origin, ..Browser::default() };
    let page = house.sign_in.begin(&elsewhere).await.expect("begun");
    let browser = holding(page.secret.clone(), &elsewhere);
    let (_, browser, _) = house.pass(&page, &browser, ("ada", PASSWORD)).await;
    let moved = Browser { origin: Origin::default(), ..browser };
    assert_eq!(account(&house, &moved).await.sessions[0].address, address);
}

#[tokio::test]
async fn an_application_is_used_when_it_gets_a_code_or_refreshes() {
    let house = House::new().await;
    let (tokens, browser) = house.sign_up().await;
    let last_used = async || account(&house, &browser).await.consents[0].last_used;
    assert_eq!(last_used().await.as_unix(), NOW);
    house.clock.advance(20 * MINUTE);
    house.refresh(&tokens.refresh_token.expect("a refresh token")).await.expect("refreshed");
    assert_eq!(last_used().await.as_unix(), NOW + 20 * MINUTE);
    house.clock.advance(20 * MINUTE);
    let begun = house.begin(asked("mcp:read"), &browser).await;
    assert!(matches!(begun, Begun::Answer(_)), "allowed before: {begun:?}");
    assert_eq!(last_used().await, Timestamp::from_unix(NOW + 40 * MINUTE));
    assert_eq!(account(&house, &browser).await.consents[0].since.as_unix(), NOW);
}

#[tokio::test]
async fn the_page_from_which_the_password_is_changed_stays_signed_in_after_a_pause() {
    let house = House::new().await;
    let (_, browser) = house.sign_up().await;
    house.clock.advance(6 * MINUTE);
    let change = PasswordChange {
        current: domain::Secret::new(PASSWORD),
        new: domain::Secret::new("another horse altogether"),
        end_others: true,
    };
    let changed = house.account.change_password(&browser, change).await;
    assert_eq!(changed.expect("answered"), Changed::Done);
    account(&house, &browser).await;
}
