//! What the store must make sure of for clients, apart from [`crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{Client, ClientId};
use ports::outbound::{Clients, Page};

use crate::Sample;

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

/// What a stranger sends as a name is looked up as it is, whatever is in it.
pub async fn a_name_that_no_database_can_hold_is_nobody(store: Arc<impl Clients>) {
    for name in ["\0", "web\0", "", "' or ''='", &"x".repeat(100_000)] {
        let found = store.find(&ClientId::new(name)).await.expect("the store answers");
        assert!(found.is_none(), "{name:?}");
    }
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
