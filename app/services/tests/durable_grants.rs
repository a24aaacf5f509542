//! Nothing is granted whose event is not on record.

mod server;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use adapter_memory::Memory;
use async_trait::async_trait;
use domain::{Action, AuthorizationCode, Digest, ErrorCode, Event, InteractionId, Secret};
use ports::{
    inbound::{Browser, Decided, GiveConsent as _, NextPage},
    outbound::{Audit, AuthorizationCodes, Store, StoreError, Stored},
};
use server::{TestServer, ticking};
use services::{Foundation, GiveConsent};

/// A store that cannot write so many events.
struct Failing {
    memory: Arc<Memory>,
    failures: AtomicU32,
}

impl Failing {
    fn attempt(&self) -> Result<(), StoreError> {
        let left = self
            .failures
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        match left {
            Ok(_) => Err(StoreError::Unavailable("the disk is busy".into())),
            Err(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Audit for Failing {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        self.attempt()?;
        self.memory.record(event).await
    }
}

#[async_trait]
impl Store<AuthorizationCode> for Failing {
    async fn insert(&self, code: AuthorizationCode) -> Result<(), StoreError> {
        self.memory.insert(code).await
    }

    async fn find(&self, key: &Digest) -> Result<Option<Stored<AuthorizationCode>>, StoreError> {
        self.memory.find(key).await
    }

    async fn replace(&self, code: Stored<AuthorizationCode>) -> Result<(), StoreError> {
        self.memory.replace(code).await
    }

    async fn remove(&self, key: &Digest) -> Result<(), StoreError> {
        Store::<AuthorizationCode>::remove(self.memory.as_ref(), key).await
    }
}

#[async_trait]
impl AuthorizationCodes for Failing {
    async fn insert_recorded(
        &self,
        code: AuthorizationCode,
        event: Event,
    ) -> Result<(), StoreError> {
        self.attempt()?;
        self.memory.insert_recorded(code, event).await
    }
}

fn deciding(server: &TestServer, failures: u32) -> Arc<GiveConsent> {
    let store =
        Arc::new(Failing { memory: server.memory.clone(), failures: AtomicU32::new(failures) });
    let fail = |it: &mut Foundation| {
        it.context.audit = store.clone();
        it.stores.codes = store;
    };
    server.with_other(fail).decide
}

async fn press(
    decide: &GiveConsent,
    (interaction, browser): &(InteractionId, Browser),
) -> Result<Secret, ErrorCode> {
    let decided = decide.decide(interaction, browser, ticking("mcp:read")).await.expect("decided");
    let Decided::Onward(NextPage::Answer(redirect)) = decided else { panic!("{decided:?}") };
    redirect.outcome.map_err(|error| error.code)
}

fn grants(server: &TestServer) -> usize {
    server.memory.events().iter().filter(|event| event.action == Action::Consent).count()
}

#[tokio::test]
async fn a_code_is_answered_only_once_its_event_is_on_record() {
    let server = TestServer::new().await;
    let asked = server.ask("mcp:read").await;
    let decide = deciding(&server, 1);
    let first = press(&decide, &asked).await;
    assert_eq!(first.err(), Some(ErrorCode::TemporarilyUnavailable));
    assert_eq!(grants(&server), 0);
    let second = press(&decide, &asked).await.expect("a code");
    assert_eq!(grants(&server), 1, "the code is on record");
    let third = press(&decide, &asked).await.expect("the code again");
    assert!(second.digest() == third.digest());
    assert_eq!(grants(&server), 1, "it is one grant");
    server.redeem(&third).await.expect("redeemed");
}

#[tokio::test]
async fn a_store_that_fails_on_every_press_gives_no_code() {
    let server = TestServer::new().await;
    let asked = server.ask("mcp:read").await;
    let decide = deciding(&server, 2);
    for _ in 0..2 {
        assert_eq!(press(&decide, &asked).await.err(), Some(ErrorCode::TemporarilyUnavailable));
    }
    assert_eq!(grants(&server), 0);
    press(&decide, &asked).await.expect("a code");
    assert_eq!(grants(&server), 1);
}
