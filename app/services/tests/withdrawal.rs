//! A consent that was withdrawn never comes back, and takes no other with it.

mod server;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use adapter_memory::Memory;
use async_trait::async_trait;
use domain::{
    AuthorizationParams, ClientId, Consent, ConsentId, Revocable, Revocation, SubjectId, Timestamp,
    Username,
};
use ports::{
    inbound::{Begun, Browser, ManageAccount as _, NextPage},
    outbound::{
        Aggregate as _, Consents, RefreshFamilies as _, Revocations as _, Store, StoreError,
        Stored, Users as _,
    },
};
use server::{NOW, TestServer, asked, setup::lifetimes};
use services::RevocationList;

fn asked_by(client: &str) -> AuthorizationParams {
    AuthorizationParams { client_id: Some(client.to_owned()), ..asked("mcp:read") }
}

async fn is_asked_again(server: &TestServer, client: &str, browser: &Browser) -> bool {
    let begun = server.begin(asked_by(client), browser).await;
    matches!(begun, Begun::Interact { next: NextPage::Consent, .. })
}

/// Every consent of ada's, whether it is good or not.
async fn kept(server: &TestServer) -> Vec<Consent> {
    let ada = Username::parse("ada").expect("lawful");
    let ada = server.memory.by_username(&ada).await.expect("memory answers").expect("known");
    Consents::of(&*server.memory, &ada.value.id).await.expect("memory answers")
}

#[tokio::test]
async fn the_purge_removes_what_was_withdrawn_and_not_what_was_given_again() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    server.allow(asked_by("other"), "mcp:read").await;
    for client in ["web", "other"] {
        server.account.withdraw(&browser, &ClientId::new(client)).await.expect("withdrawn");
    }
    server.allow(asked("mcp:read"), "mcp:read").await;
    assert_eq!(kept(&server).await.len(), 2);
    server.maintenance().purge().await.expect("purged");
    let left = kept(&server).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].client, ClientId::new("web"));
    assert!(!is_asked_again(&server, "web", &browser).await, "it was given again");
    assert!(is_asked_again(&server, "other", &browser).await);
}

#[tokio::test]
async fn what_was_withdrawn_stays_so_after_the_revocation_has_expired() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    let consent = kept(&server).await.remove(0).id;
    let expired = Timestamp::from_unix(NOW - 7200);
    let revocation = Revocation { what: Revocable::Consent(consent), expires_at: expired };
    server.memory.revoke(revocation, expired).await.expect("memory answers");
    server.maintenance().forget_all().await.expect("as after a start");
    assert!(is_asked_again(&server, "web", &browser).await);
    server.maintenance().purge().await.expect("purged");
    assert!(is_asked_again(&server, "web", &browser).await);
    assert_eq!(kept(&server).await, []);
}

#[tokio::test]
async fn withdrawing_does_not_touch_what_was_given_meanwhile() {
    let server = TestServer::new().await;
    let (_, browser) = server.sign_up().await;
    let consents = Overtaken { memory: server.memory.clone(), done: AtomicBool::default() };
    let slow = server.with_other(|it| it.stores.consents = Arc::new(consents)).account;
    slow.withdraw(&browser, &ClientId::new("web")).await.expect("withdrawn");
    server.maintenance().purge().await.expect("purged");
    assert_eq!(kept(&server).await[0].id, ConsentId::new("given meanwhile"));
    assert!(!is_asked_again(&server, "web", &browser).await);
}

#[tokio::test]
async fn a_withdrawal_outlives_whatever_was_opened_however_long_it_lives_now() {
    let (day, longest_access_token) = (Duration::from_hours(24), Duration::from_hours(1));
    for (now_configured, outlived) in [(1, 30), (60, 60)] {
        let server = TestServer::new().await;
        let (_, browser) = server.sign_up().await;
        let mut lifetimes = lifetimes();
        lifetimes.refresh.absolute = now_configured * day;
        lifetimes.families_until = server.memory.latest_expiry().await.expect("answered");
        let revocations =
            RevocationList::open(server.memory.clone(), server.clock.clone(), lifetimes).await;
        let revocations = Arc::new(revocations.expect("opened"));
        let account = server.with_other(|it| it.revocations = revocations).account;
        account.withdraw(&browser, &ClientId::new("web")).await.expect("withdrawn");
        let now = Timestamp::from_unix(NOW);
        let revoked = server.memory.live(now).await.expect("memory answers");
        assert_eq!(revoked[0].expires_at, now.after(outlived * day + longest_access_token));
    }
}

/// Consents where another tab withdraws and gives again right after one was looked up.
struct Overtaken {
    memory: Arc<Memory>,
    done: AtomicBool,
}

#[async_trait]
impl Store<Consent> for Overtaken {
    async fn insert(&self, value: Consent) -> Result<(), StoreError> {
        self.memory.insert(value).await
    }

    async fn find(
        &self,
        key: &(SubjectId, ClientId),
    ) -> Result<Option<Stored<Consent>>, StoreError> {
        let found = Store::<Consent>::find(&*self.memory, key).await?;
        if let Some(stored) = found.clone().filter(|_| !self.done.swap(true, Ordering::Relaxed)) {
            let again = Consent { id: ConsentId::new("given meanwhile"), ..stored.value.clone() };
            assert_eq!(again.key(), *key);
            self.memory.replace(stored.with(again)).await?;
        }
        Ok(found)
    }

    async fn replace(&self, stored: Stored<Consent>) -> Result<(), StoreError> {
        self.memory.replace(stored).await
    }

    async fn remove(&self, key: &(SubjectId, ClientId)) -> Result<(), StoreError> {
        Store::<Consent>::remove(&*self.memory, key).await
    }
}

#[async_trait]
impl Consents for Overtaken {
    async fn of(&self, subject: &SubjectId) -> Result<Vec<Consent>, StoreError> {
        Consents::of(&*self.memory, subject).await
    }

    async fn end_all(
        &self,
        client: &ClientId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, StoreError> {
        self.memory.end_all(client, until, now).await
    }
}
