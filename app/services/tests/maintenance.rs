//! Several processes on one store, and the keys that they share.

mod server;

use std::{sync::Arc, time::Duration};

use adapter_crypto::{AesSealer, Factory, MasterKey};
use adapter_memory::{ManualClock, Memory, SeededEntropy};
use async_trait::async_trait;
use domain::{Algorithm, Issuer, KeyState, Outage, RequestSource, Timestamp, Uptime};
use ports::{
    inbound::{AdministerUsers as _, Introspect as _, Introspection, Probe as _, Verdict},
    outbound::{
        Clock as _, Housekeeping, PurgeBefore, Revocations as _, SigningKeys as _, Store,
        StoreError,
    },
};
use server::{NOW, TestServer};
use services::{Context, KeyManager, Keys, KeysError, Maintenance, Presence};

#[tokio::test]
async fn a_revocation_by_another_process_is_known_after_the_next_look() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let origin = RequestSource::default();
    let told = server.introspect.introspect(
        server::presented("web"),
        tokens.access_token.clone(),
        &origin,
    );
    let Introspection::Access { claims, .. } = told.await.expect("answered") else {
        panic!("dead")
    };
    let maintenance = server.maintenance();
    let begun = maintenance.catch_up(None).await.expect("the store answers");
    let now = Timestamp::from_unix(NOW);
    server.memory.revoke(claims.revocation(), now).await.expect("the store answers");
    assert!(server.is_live("web", &tokens.access_token).await, "the news has not arrived");
    maintenance.catch_up(Some(begun)).await.expect("the store answers");
    assert!(!server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_person_disabled_by_another_process_is_known_after_the_next_look() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let maintenance = server.maintenance();
    let begun = maintenance.catch_up(None).await.expect("the store answers");
    assert!(server.is_live("web", &tokens.access_token).await);
    server.users.set_enabled("ada", false).await.expect("disabled");
    assert!(server.is_live("web", &tokens.access_token).await, "the news has not arrived");
    maintenance.catch_up(Some(begun)).await.expect("the store answers");
    assert!(!server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_process_that_was_away_for_long_reads_everything_again() {
    let server = TestServer::new().await;
    let (tokens, _) = server.sign_up().await;
    let maintenance = server.maintenance();
    let begun = maintenance.catch_up(None).await.expect("the store answers");
    assert!(server.is_live("web", &tokens.access_token).await);
    server.users.set_enabled("ada", false).await.expect("disabled");
    server.clock.advance(700);
    let later = server.clock.now();
    let horizon = PurgeBefore { interactions: later, others: later };
    server.memory.purge(horizon, 1000).await.expect("the news is gone");
    maintenance.catch_up(Some(begun)).await.expect("the store answers");
    assert!(!server.is_live("web", &tokens.access_token).await);
}

#[tokio::test]
async fn a_store_that_answers_is_ready() {
    let server = TestServer::new().await;
    assert_eq!(server.maintenance().check().await, Verdict::Ready);
}

#[tokio::test]
async fn an_interaction_is_soon_forgotten_and_what_proves_a_replay_is_not() {
    let server = TestServer::new().await;
    server.allow(server::asked("mcp:read"), "mcp:read").await;
    server.ask("mcp:write").await;
    let maintenance = server.maintenance();
    server.clock.advance(10 * 60);
    assert_eq!(maintenance.purge().await.expect("purged"), 0, "clocks may be apart");
    server.clock.advance(2 * 60);
    assert_eq!(maintenance.purge().await.expect("purged"), 2, "the interactions, but not the code");
}

fn manager(memory: &Arc<Memory>, clock: &Arc<ManualClock>, master: u8) -> KeyManager {
    let entropy = Arc::new(SeededEntropy::new(u64::from(master)));
    KeyManager {
        store: memory.clone(),
        factory: Arc::new(Factory),
        sealer: Arc::new(AesSealer::new(MasterKey::new([master; 32]), Vec::new(), entropy.clone())),
        context: Context { clock: clock.clone(), entropy, audit: memory.clone() },
    }
}

#[tokio::test]
async fn there_is_a_key_for_every_algorithm_and_a_restart_makes_no_more() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix(NOW)));
    let memory = Arc::new(Memory::new(clock.clone()));
    for _ in 0..2 {
        Keys::open(&manager(&memory, &clock, 1)).await.expect("opened");
        let keys = memory.all().await.expect("the store answers");
        let mut active: Vec<_> = keys.iter().map(|key| (key.algorithm, key.state)).collect();
        active.sort_by_key(|(algorithm, _)| algorithm.as_str());
        let expected = [Algorithm::Es256, Algorithm::Rs256].map(|it| (it, KeyState::Active));
        assert_eq!(active, expected);
    }
}

#[tokio::test]
async fn a_database_with_one_key_keeps_it_and_gets_the_other() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix(NOW)));
    let memory = Arc::new(Memory::new(clock.clone()));
    Keys::open(&manager(&memory, &clock, 1)).await.expect("opened");
    let keys = memory.all().await.expect("the store answers");
    let (es256, rs256): (Vec<_>, Vec<_>) =
        keys.into_iter().partition(|key| key.algorithm == Algorithm::Es256);
    let one = Arc::new(Memory::new(clock.clone()));
    one.insert(es256[0].clone()).await.expect("inserted");
    Keys::open(&manager(&one, &clock, 1)).await.expect("opened");
    let after = one.all().await.expect("the store answers");
    assert!(after.contains(&es256[0]), "what it signed stays good");
    assert!(after.iter().any(|key| key.algorithm == Algorithm::Rs256 && key.id != rs256[0].id));
    assert_eq!(after.len(), 2);
}

#[tokio::test]
async fn another_master_key_opens_nothing_and_makes_nothing() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix(NOW)));
    let memory = Arc::new(Memory::new(clock.clone()));
    Keys::open(&manager(&memory, &clock, 1)).await.expect("opened");
    let opened = Keys::open(&manager(&memory, &clock, 2)).await;
    assert!(matches!(opened, Err(KeysError::Sealed(_))));
    assert_eq!(memory.all().await.expect("the store answers").len(), 2);
}

#[tokio::test]
async fn an_outage_is_one_only_if_no_instance_was_up() {
    let clock = Arc::new(ManualClock::at(Timestamp::from_unix(NOW)));
    let memory = Arc::new(Memory::new(clock.clone()));
    let issuer = Issuer::parse("https://auth.example").expect("an issuer");
    let start = async || {
        Presence::open(memory.clone(), clock.clone(), issuer.clone()).await.expect("memory answers")
    };
    let first = start().await;
    for _ in 0..4 {
        clock.advance(5);
        first.beat().await.expect("memory answers");
    }
    start().await;
    let known = async || {
        let held = Store::<Uptime>::find(memory.as_ref(), &issuer.as_str().to_owned()).await;
        held.expect("memory answers").expect("found").value
    };
    assert_eq!(known().await.outages, [], "the first was there when the second started");
    clock.advance(30);
    start().await;
    let (from, to) = (Timestamp::from_unix(NOW + 20), Timestamp::from_unix(NOW + 50));
    assert_eq!(known().await.outages, [Outage { from, to }]);
}

/// A store that can do nothing for want of space.
struct Full;

#[async_trait]
impl Housekeeping for Full {
    async fn purge(&self, _: PurgeBefore, _: u32) -> Result<u64, StoreError> {
        Err(ports::outbound::Outage::DiskFull.into())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        Err(ports::outbound::Outage::DiskFull.into())
    }

    async fn close(&self) {}
}

#[tokio::test]
async fn a_stage_of_the_purge_that_fails_keeps_no_other_from_making_space() {
    let server = TestServer::new().await;
    server.sign_up().await;
    let stores: Vec<Arc<dyn Housekeeping>> = vec![Arc::new(Full), server.memory.clone()];
    let maintenance = Maintenance { stores, ..server.maintenance() };
    server.clock.advance(90 * 24 * 3600);
    assert!(maintenance.purge().await.is_err(), "the failure is told");
    let now = server.clock.now();
    let horizon = PurgeBefore { interactions: now, others: now.before(Duration::from_hours(1)) };
    let left = server.memory.purge(horizon, 500);
    assert_eq!(left.await.expect("purged"), 0, "and yet everything that has expired is gone");
}
