//! The contract of [`Users`], apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use domain::{User, Username};
use ports::outbound::{Page, Users};

use crate::{
    Sample,
    keep::{conflicts, found},
    race,
};

/// A person is found by what they type, and nobody else is.
pub async fn a_person_is_found_by_user_name(store: Arc<impl Users>) {
    store.insert(User::nth(0)).await.expect("inserted");
    let by_username = |n| {
        let store = Arc::clone(&store);
        async move { store.by_username(&User::nth(n).username).await.expect("the store answers") }
    };
    assert_eq!(by_username(0).await, Some(found(&store, &User::nth(0)).await));
    assert_eq!(by_username(1).await, None);
}

/// Nobody gets an account under the name of another.
pub async fn a_user_name_is_unique(store: Arc<impl Users>) {
    store.insert(User::nth(0)).await.expect("inserted");
    let second = User { username: User::nth(0).username, ..User::nth(1) };
    conflicts(store.insert(second.clone()).await);
    assert!(store.find(&second.id).await.expect("the store answers").is_none());
}

/// Not even by renaming their own.
pub async fn a_user_name_cannot_be_taken_over(store: Arc<impl Users>) {
    store.insert(User::nth(0)).await.expect("inserted");
    store.insert(User::nth(1)).await.expect("inserted");
    let held = found(&store, &User::nth(1)).await;
    let renamed = User { username: User::nth(0).username, ..User::nth(1) };
    conflicts(store.replace(held.with(renamed)).await);
    assert_eq!(found(&store, &User::nth(1)).await.value, User::nth(1));
    let free = User { username: User::nth(2).username, ..User::nth(1) };
    let held = found(&store, &User::nth(1)).await;
    store.replace(held.with(free.clone())).await.expect("a name that is free");
    assert_eq!(found(&store, &free).await.value, free);
}

/// However many sign up under one name, one gets it.
pub async fn one_of_many_rivals_gets_a_user_name(store: Arc<impl Users + 'static>) {
    let nth = AtomicU32::new(0);
    let winners = race::winners(|start| {
        let n = nth.fetch_add(1, Ordering::Relaxed);
        let (store, username) = (Arc::clone(&store), User::nth(0).username);
        async move {
            start.wait().await;
            store.insert(User { username, ..User::nth(n) }).await
        }
    });
    assert_eq!(winners.await, 1);
}

/// The order is the same whatever the locale of the database.
pub async fn a_page_is_in_the_order_of_bytes(store: Arc<impl Users>) {
    let names = ["-a", "1", "_a", "a", "a-b", "a.b", "a_b", "aa", "ab", "z", "ä"];
    insert(&store, names.iter().rev().copied()).await;
    assert_eq!(page(&store, None, 100).await, names);
}

/// Each page begins where the one before it ended.
pub async fn pages_follow_one_another(store: Arc<impl Users>) {
    insert(&store, ["a", "b", "c", "d", "e"].into_iter()).await;
    assert_eq!(page(&store, None, 2).await, ["a", "b"]);
    assert_eq!(page(&store, Some("b"), 2).await, ["c", "d"]);
    assert_eq!(page(&store, Some("d"), 2).await, ["e"]);
    assert!(page(&store, Some("e"), 2).await.is_empty());
    assert_eq!(page(&store, Some("bb"), 2).await, ["c", "d"], "nobody has this name");
}

async fn insert(store: &Arc<impl Users>, names: impl Iterator<Item = &str>) {
    for (n, name) in (0..).zip(names) {
        let user = User { username: username(name), ..User::nth(n) };
        store.insert(user).await.expect("inserted");
    }
}

async fn page(store: &Arc<impl Users>, after: Option<&str>, limit: u32) -> Vec<String> {
    let page = store.page(Page { after: after.map(username), limit }).await;
    let users = page.expect("the store answers").into_iter();
    users.map(|user| user.username.as_str().to_owned()).collect()
}

fn username(name: &str) -> Username {
    Username::parse(name).expect("lawful")
}
