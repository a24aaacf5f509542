//! Accounts that change while they are being read.

mod server;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use adapter_memory::Memory;
use async_trait::async_trait;
use domain::{SubjectId, User, Username};
use ports::{
    inbound::AdministerUsers as _,
    outbound::{Page, Store, StoreError, Stored, Users},
};
use server::TestServer;
use services::UserCache;
use tokio::sync::Barrier;

/// Keeps people, and holds the first answer back.
struct Slow {
    store: Arc<Memory>,
    held: AtomicBool,
    step: Barrier,
}

#[async_trait]
impl Store<User> for Slow {
    async fn insert(&self, user: User) -> Result<(), StoreError> {
        self.store.insert(user).await
    }

    async fn find(&self, key: &SubjectId) -> Result<Option<Stored<User>>, StoreError> {
        let found = self.store.find(key).await;
        if !self.held.swap(true, Ordering::AcqRel) {
            self.step.wait().await;
            self.step.wait().await;
        }
        found
    }

    async fn replace(&self, user: Stored<User>) -> Result<(), StoreError> {
        self.store.replace(user).await
    }

    async fn remove(&self, key: &SubjectId) -> Result<(), StoreError> {
        Store::<User>::remove(self.store.as_ref(), key).await
    }
}

#[async_trait]
impl Users for Slow {
    async fn by_username(&self, username: &Username) -> Result<Option<Stored<User>>, StoreError> {
        self.store.by_username(username).await
    }

    async fn page(&self, page: Page<Username>) -> Result<Vec<User>, StoreError> {
        Users::page(self.store.as_ref(), page).await
    }
}

#[tokio::test]
async fn a_person_who_is_disabled_while_being_read_is_not_kept_as_they_were() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let slow = Arc::new(Slow {
        store: server.memory.clone(),
        held: AtomicBool::new(false),
        step: Barrier::new(2),
    });
    let users = Arc::new(UserCache::new(slow.clone()));
    let cases = server.with_other(|it| it.users = users.clone());
    let ask =
        async || server::visits::is_active(&cases.introspect, "web", &tokens.access_token).await;
    let disable = async {
        slow.step.wait().await;
        server.users.set_enabled("ada", false).await.expect("disabled");
        let ada = server.memory.by_username(&Username::parse("ada").expect("lawful")).await;
        users.forget(&ada.expect("answered").expect("known").value.id);
        slow.step.wait().await;
    };
    tokio::join!(ask(), disable);
    assert!(!ask().await, "the token of a disabled person is not active");
}
