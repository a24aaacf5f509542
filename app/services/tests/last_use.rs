//! The last use of sessions and applications, as the account page tells it.

mod server;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use adapter_memory::Memory;
use async_trait::async_trait;
use domain::{RequestSource, Secret, Session, SessionId, SubjectId, Timestamp};
use ports::{
    inbound::{
        AccountView, Begun, Browser, Changed, ManageAccount as _, PasswordChange, SignIn as _,
    },
    outbound::{Sessions, Store, StoreError, Stored},
};
use server::{NOW, PASSWORD, TestServer, asked, holding};
use services::Account;

const MINUTE: i64 = 60;

async fn account(server: &TestServer, browser: &Browser) -> AccountView {
    server.account.show(browser).await.expect("shown").expect("signed in")
}

/// The number of times that the one session of the account was written, as far as its store tells.
async fn session(server: &TestServer, browser: &Browser) -> Stored<Session> {
    let (id, _) = browser.sessions[0].expose().split_once('.').expect("a cookie");
    let id = SessionId::new(id);
    let found: Option<Stored<Session>> = server.memory.find(&id).await.expect("answered");
    found.expect("stored")
}

#[tokio::test]
async fn a_use_of_a_session_is_written_down_once_in_five_minutes() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    let began = session(&server, &browser).await;
    server.clock.advance(5 * MINUTE - 1);
    assert_eq!(account(&server, &browser).await.sessions[0].last_used.as_unix(), NOW);
    assert_eq!(session(&server, &browser).await, began, "nothing was written");
    server.clock.advance(1);
    let line = account(&server, &browser).await.sessions.remove(0);
    assert_eq!(line.last_used.as_unix(), NOW + 5 * MINUTE);
    assert_eq!(line.since.as_unix(), NOW);
    let used = session(&server, &browser).await;
    assert_ne!(used.revision, began.revision);
    account(&server, &browser).await;
    assert_eq!(session(&server, &browser).await, used, "nothing was written");
}

#[tokio::test]
async fn a_session_tells_from_where_it_was_begun() {
    let server = TestServer::new().await;
    let address = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)));
    let origin = RequestSource { address, ..RequestSource::default() };
    let elsewhere = Browser { origin, ..Browser::default() };
    let page = server.sign_in.begin(&elsewhere).await.expect("begun");
    let browser = holding(page.secret.clone(), &elsewhere);
    let (_, browser, _) = server.pass(&page, &browser, ("ada", PASSWORD)).await;
    let moved = Browser { origin: RequestSource::default(), ..browser };
    assert_eq!(account(&server, &moved).await.sessions[0].address, address);
}

#[tokio::test]
async fn an_application_is_used_when_it_gets_a_code_or_refreshes() {
    let server = TestServer::new().await;
    let (tokens, browser) = server.sign_up().await;
    let last_used = async || account(&server, &browser).await.consents[0].last_used;
    assert_eq!(last_used().await.as_unix(), NOW);
    server.clock.advance(20 * MINUTE);
    server.refresh(&tokens.refresh_token.expect("a refresh token")).await.expect("refreshed");
    assert_eq!(last_used().await.as_unix(), NOW + 20 * MINUTE);
    server.clock.advance(20 * MINUTE);
    let begun = server.begin(asked("mcp:read"), &browser).await;
    assert!(matches!(begun, Begun::Answer(_)), "allowed before: {begun:?}");
    assert_eq!(last_used().await, Timestamp::from_unix(NOW + 40 * MINUTE));
    assert_eq!(account(&server, &browser).await.consents[0].since.as_unix(), NOW);
}

/// Keeps sessions, and has another request of the same browser note a use just before the first write.
struct Overtaken {
    store: Arc<Memory>,
    done: AtomicBool,
}

#[async_trait]
impl Store<Session> for Overtaken {
    async fn insert(&self, session: Session) -> Result<(), StoreError> {
        self.store.insert(session).await
    }

    async fn find(&self, key: &SessionId) -> Result<Option<Stored<Session>>, StoreError> {
        self.store.find(key).await
    }

    async fn replace(&self, session: Stored<Session>) -> Result<(), StoreError> {
        if !self.done.swap(true, Ordering::Relaxed) {
            let held = Store::<Session>::find(self.store.as_ref(), &session.value.id).await?;
            self.store.replace(held.expect("still there")).await?;
        }
        self.store.replace(session).await
    }

    async fn remove(&self, key: &SessionId) -> Result<(), StoreError> {
        Store::<Session>::remove(self.store.as_ref(), key).await
    }
}

#[async_trait]
impl Sessions for Overtaken {
    async fn of(&self, subject: &SubjectId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        Sessions::of(self.store.as_ref(), subject, now).await
    }
}

/// The account page, where every first write of a session is overtaken.
fn overtaken(server: &TestServer) -> Arc<Account> {
    let sessions = Arc::new(Overtaken { store: server.memory.clone(), done: false.into() });
    server.with_other(|it| it.stores.sessions = sessions).account
}

#[tokio::test]
async fn a_use_that_is_noted_meanwhile_does_not_sign_out_who_changes_their_password() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    let change = PasswordChange {
        current: Secret::new(PASSWORD),
        new: Secret::new("another horse altogether"),
        end_others: true,
    };
    let changed = overtaken(&server).change_password(&browser, change).await;
    assert_eq!(changed.expect("answered"), Changed::Done);
    account(&server, &browser).await;
}

#[tokio::test]
async fn of_two_requests_that_note_a_use_both_go_on() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    server.clock.advance(6 * MINUTE);
    let shown = overtaken(&server).show(&browser).await.expect("answered");
    assert!(shown.is_some(), "still signed in");
}
