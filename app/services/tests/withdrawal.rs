//! A consent that was withdrawn never comes back, and takes no other with it.

mod house;

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
    ClientId, Consent, ConsentId, Revocable, Revocation, SubjectId, Timestamp, Unvouched, Username,
};
use house::{House, NOW, asked, setup::lifetimes};
use ports::{
    inbound::{Begun, Browser, ManageAccount as _, Next},
    outbound::{
        Aggregate as _, Consents, Keep, RefreshFamilies as _, Revocations as _, StoreError, Stored,
        Users as _,
    },
};
use services::RevocationList;

fn asked_by(client: &str) -> Unvouched {
    Unvouched { client_id: Some(client.to_owned()), ..asked("mcp:read") }
}

async fn is_asked_again(house: &House, client: &str, browser: &Browser) -> bool {
    let begun = house.begin(asked_by(client), browser).await;
    matches!(begun, Begun::Interact { next: Next::Consent, .. })
}

/// Every consent of ada's, whether it is good or not.
async fn kept(house: &House) -> Vec<Consent> {
    let ada = Username::parse("ada").expect("lawful");
    let ada = house.memory.by_username(&ada).await.expect("memory answers").expect("known");
    Consents::of(&*house.memory, &ada.value.id).await.expect("memory answers")
}

#[tokio::test]
async fn the_purge_removes_what_was_withdrawn_and_not_what_was_given_again() {
    let house = House::new().await;
    let (_, browser) = house.sign_up().await;
    house.allow(asked_by("other"), "mcp:read").await;
    for client in ["web", "other"] {
        house.account.withdraw(&browser, &ClientId::new(client)).await.expect("withdrawn");
    }
    house.allow(asked("mcp:read"), "mcp:read").await;
    assert_eq!(kept(&house).await.len(), 2);
    house.upkeep().purge().await.expect("purged");
    let left = kept(&house).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].client, ClientId::new("web"));
    assert!(!is_asked_again(&house, "web", &browser).await, "it was given again");
    assert!(is_asked_again(&house, "other", &browser).await);
}

#[tokio::test]
async fn what_was_withdrawn_stays_so_after_the_revocation_has_expired() {
    let house = House::new().await;
    let (_, browser) = house.sign_up().await;
    let consent = kept(&house).await.remove(0).id;
    let expired = Timestamp::from_unix(NOW - 7200);
    let revocation = Revocation { what: Revocable::Consent(consent), expires_at: expired };
    house.memory.revoke(revocation, expired).await.expect("memory answers");
    house.upkeep().forget_all().await.expect("as after a start");
    assert!(is_asked_again(&house, "web", &browser).await);
    house.upkeep().purge().await.expect("purged");
    assert!(is_asked_again(&house, "web", &browser).await);
    assert_eq!(kept(&house).await, []);
}

#[tokio::test]
async fn withdrawing_does_not_touch_what_was_given_meanwhile() {
    let house = House::new().await;
    let (_, browser) = house.sign_up().await;
    let consents = Overtaken { memory: house.memory.clone(), done: AtomicBool::default() };
    let slow = house.with_other(|it| it.stores.consents = Arc::new(consents)).account;
    slow.withdraw(&browser, &ClientId::new("web")).await.expect("withdrawn");
    house.upkeep().purge().await.expect("purged");
    assert_eq!(kept(&house).await[0].id, ConsentId::new("given meanwhile"));
    assert!(!is_asked_again(&house, "web", &browser).await);
}

#[tokio::test]
async fn a_withdrawal_outlives_whatever_was_opened_however_long_it_lives_now() {
    let (day, longest_access_token) = (Duration::from_hours(24), Duration::from_hours(1));
    for (now_configured, outlived) in [(1, 30), (60, 60)] {
        let house = House::new().await;
        let (_, browser) = house.sign_up().await;
        let mut lifetimes = lifetimes();
        lifetimes.refresh.absolute = now_configured * day;
        lifetimes.families_until = house.memory.latest_expiry().await.expect("answered");
        let revocations =
            RevocationList::open(house.memory.clone(), house.clock.clone(), lifetimes).await;
        let revocations = Arc::new(revocations.expect("opened"));
        let account = house.with_other(|it| it.revocations = revocations).account;
        account.withdraw(&browser, &ClientId::new("web")).await.expect("withdrawn");
        let now = Timestamp::from_unix(NOW);
        let revoked = house.memory.live(now).await.expect("memory answers");
        assert_eq!(revoked[0].expires_at, now.after(outlived * day + longest_access_token));
    }
}

/// Consents where another tab withdraws and gives again right after one was looked up.
struct Overtaken {
    memory: Arc<Memory>,
    done: AtomicBool,
}

#[async_trait]
impl Keep<Consent> for Overtaken {
    async fn insert(&self, value: Consent) -> Result<(), StoreError> {
        self.memory.insert(value).await
    }

    async fn find(
        &self,
        key: &(SubjectId, ClientId),
    ) -> Result<Option<Stored<Consent>>, StoreError> {
        let found = Keep::<Consent>::find(&*self.memory, key).await?;
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
        Keep::<Consent>::remove(&*self.memory, key).await
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
