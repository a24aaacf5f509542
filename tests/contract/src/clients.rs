//! The contract of [`Clients`], apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::{net::IpAddr, sync::Arc};

use domain::{Client, ClientId, RegistrationSource, Secret, Timestamp};
use ports::outbound::{Clients, Page};

use crate::{NOW, Sample, samples::at};

/// The order is the same whatever the locale of the database.
pub async fn a_page_is_in_the_order_of_bytes(store: Arc<impl Clients>) {
    let ids = ["-a", "1", "A", "B", "_a", "a", "a b", "a-b", "a/b", "aa", "z", "ä"];
    insert(&store, ids.iter().rev().copied()).await;
    assert_eq!(page(&store, None, 100).await, ids);
}

/// Each page begins where the one before it ended.
pub async fn pages_follow_one_another(store: Arc<impl Clients>) {
    insert(&store, ["a", "b", "c", "d", "e"].into_iter()).await;
    assert_eq!(page(&store, None, 2).await, ["a", "b"]);
    assert_eq!(page(&store, Some("b"), 2).await, ["c", "d"]);
    assert_eq!(page(&store, Some("d"), 2).await, ["e"]);
    assert!(page(&store, Some("e"), 2).await.is_empty());
}

/// A list does not start again because somebody was removed from it.
pub async fn a_page_may_follow_one_that_is_gone(store: Arc<impl Clients>) {
    insert(&store, ["a", "b", "c"].into_iter()).await;
    store.remove(&ClientId::new("b")).await.expect("removed");
    assert_eq!(page(&store, Some("b"), 2).await, ["c"]);
}

/// An identifier from an untrusted client is looked up unchanged, whatever characters it has.
pub async fn a_name_that_no_database_can_hold_is_nobody(store: Arc<impl Clients>) {
    for name in ["\0", "web\0", "", "' or ''='", &"x".repeat(100_000)] {
        let found = store.find(&ClientId::new(name)).await.expect("the store answers");
        assert!(found.is_none(), "{name:?}");
    }
}

/// Those that a person, or an operator, has something to do with stay.
pub async fn unused_clients_go_when_their_time_is_over(store: Arc<impl Clients>) {
    for (id, origin, age) in [
        ("old", registered(1, None), -1),
        ("new", registered(1, None), 0),
        ("used", registered(1, Some(NOW)), -1),
        ("added", RegistrationSource::Operator, -1),
    ] {
        put(&store, id, origin, age).await;
    }
    assert_eq!(store.forget_unused(NOW, 100, 100).await.expect("forgotten"), 1);
    assert_eq!(page(&store, None, 100).await, ["added", "new", "used"]);
}

/// A flood from one address removes its own, the oldest first, a batch at a time.
pub async fn of_too_many_unused_clients_every_address_keeps_its_newest(store: Arc<impl Clients>) {
    put(&store, "person", registered(1, None), -100).await;
    put(&store, "nowhere", unknown_place(), -100).await;
    put(&store, "used", registered(2, Some(NOW)), -100).await;
    for n in 0..6 {
        put(&store, &format!("flood-{n}"), registered(2, None), n - 50).await;
    }
    let forget = async || store.forget_unused(at(-1000), 4, 3).await.expect("forgotten");
    assert_eq!((forget().await, forget().await, forget().await), (3, 1, 0));
    let kept = page(&store, None, 100).await;
    assert_eq!(kept, ["flood-4", "flood-5", "nowhere", "person", "used"]);
}

/// The last use is known to within a day, so one is kept for a day more.
pub async fn a_client_that_had_tokens_for_itself_goes_when_it_is_not_used(
    store: Arc<impl Clients>,
) {
    const DAY: i64 = 24 * 60 * 60;
    put(&store, "idle", used(1, at(-DAY - 1)), -400 * DAY).await;
    put(&store, "in-use", used(1, at(-DAY)), -400 * DAY).await;
    put(&store, "allowed", registered(1, Some(NOW)), -400 * DAY).await;
    assert_eq!(store.forget_unused(NOW, 100, 100).await.expect("forgotten"), 1);
    assert_eq!(page(&store, None, 100).await, ["allowed", "in-use"]);
}

/// Clients that only register push out none that are used, even from the same address.
pub async fn of_too_many_unused_clients_those_that_had_tokens_go_last(store: Arc<impl Clients>) {
    put(&store, "at-work", used(1, at(-100)), -1000).await;
    put(&store, "elsewhere", registered(2, None), -500).await;
    for n in 0..6 {
        put(&store, &format!("flood-{n}"), registered(1, None), n - 50).await;
    }
    assert_eq!(store.forget_unused(at(-2000), 3, 100).await.expect("forgotten"), 5);
    assert_eq!(page(&store, None, 100).await, ["at-work", "elsewhere", "flood-5"]);
}

fn registered(place: u8, first_granted_at: Option<Timestamp>) -> RegistrationSource {
    RegistrationSource::Dynamic {
        registration_token: Secret::new("token").digest(),
        registered_from: Some(IpAddr::from([192, 0, 2, place])),
        first_granted_at,
        last_used_at: None,
    }
}

fn used(place: u8, last_used_at: Timestamp) -> RegistrationSource {
    RegistrationSource::Dynamic {
        registration_token: Secret::new("token").digest(),
        registered_from: Some(IpAddr::from([192, 0, 2, place])),
        first_granted_at: None,
        last_used_at: Some(last_used_at),
    }
}

fn unknown_place() -> RegistrationSource {
    let registration_token = Secret::new("token").digest();
    RegistrationSource::Dynamic {
        registration_token,
        registered_from: None,
        first_granted_at: None,
        last_used_at: None,
    }
}

async fn put(store: &Arc<impl Clients>, id: &str, origin: RegistrationSource, age: i64) {
    let client = Client { id: ClientId::new(id), origin, created_at: at(age), ..Client::nth(0) };
    store.insert(client).await.expect("inserted");
}

async fn insert(store: &Arc<impl Clients>, ids: impl Iterator<Item = &str>) {
    for id in ids {
        let client = Client { id: ClientId::new(id), ..Client::nth(0) };
        store.insert(client).await.expect("inserted");
    }
}

async fn page(store: &Arc<impl Clients>, after: Option<&str>, limit: u32) -> Vec<String> {
    let page = store.page(Page { after: after.map(ClientId::new), limit }).await;
    let clients = page.expect("the store answers").into_iter();
    clients.map(|client| client.id.as_str().to_owned()).collect()
}
