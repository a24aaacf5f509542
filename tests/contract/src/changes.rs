//! The contract of [`Changes`], which is kept by those who change something.
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::{collections::BTreeSet, sync::Arc};

use domain::{Client, Timestamp, User};
use ports::outbound::{Change, Changes, Housekeeping, Keep, Revocations};

use crate::{NOW, Sample, housekeeping::before, keep::found, revocations::grant, samples::at};

/// A fresh store has nothing to tell.
pub async fn nothing_has_changed_at_first(store: Arc<impl Changes>) {
    assert_eq!(told(&store, Timestamp::from_unix(0)).await, BTreeSet::new());
}

/// Whatever is done to a client, the others hear of it.
pub async fn every_change_of_a_client_is_told(
    store: Arc<impl Changes + Housekeeping + Keep<Client>>,
) {
    each_is_told(store, Change::Client(Client::nth(0).id), Client::nth(0)).await;
}

/// Whatever is done to a person, the others hear of it.
pub async fn every_change_of_a_person_is_told(
    store: Arc<impl Changes + Housekeeping + Keep<User>>,
) {
    each_is_told(store, Change::User(User::nth(0).id), User::nth(0)).await;
}

/// A revocation is told by the time it was made, and again when it is made again.
pub async fn a_revocation_is_told(store: Arc<impl Changes + Revocations>) {
    store.revoke(grant("a", 60), at(-10)).await.expect("revoked");
    store.revoke(grant("b", 60), NOW).await.expect("revoked");
    let [a, b] = ["a", "b"].map(|name| Change::Revocation(grant(name, 60)));
    assert_eq!(told(&store, NOW).await, BTreeSet::from([b.clone()]));
    assert_eq!(told(&store, at(-10)).await, BTreeSet::from([a.clone(), b.clone()]));
    store.revoke(grant("a", 30), NOW).await.expect("revoked again");
    assert_eq!(told(&store, NOW).await, BTreeSet::from([a, b]));
}

/// Old news is no news.
pub async fn what_changed_before_is_not_told(store: Arc<impl Changes + Keep<Client>>) {
    store.insert(Client::nth(0)).await.expect("inserted");
    assert_eq!(told(&store, at(1)).await, BTreeSet::new());
}

/// A change of something else, or of the same again, takes nothing away.
pub async fn a_change_is_told_as_long_as_it_is_kept(
    store: Arc<impl Changes + Housekeeping + Keep<Client> + Keep<User>>,
) {
    store.insert(Client::nth(0)).await.expect("inserted");
    store.insert(User::nth(0)).await.expect("inserted");
    Keep::<Client>::remove(&*store, &Client::nth(0).id).await.expect("removed");
    let all = [Change::Client(Client::nth(0).id), Change::User(User::nth(0).id)];
    assert_eq!(told(&store, NOW).await, BTreeSet::from(all.clone()));
    store.purge(before(NOW), 100).await.expect("purged");
    assert_eq!(told(&store, NOW).await, BTreeSet::from(all));
    store.purge(before(at(1)), 100).await.expect("purged");
    assert_eq!(told(&store, NOW).await, BTreeSet::new());
}

async fn each_is_told<T: Sample>(
    store: Arc<impl Changes + Housekeeping + Keep<T>>,
    change: Change,
    value: T,
) {
    let expected = BTreeSet::from([change]);
    store.insert(value.clone()).await.expect("inserted");
    assert_eq!(told(&store, NOW).await, expected, "inserted");
    forget(&store).await;
    let held = found(&store, &value).await;
    store.replace(held.with(value.clone().altered())).await.expect("replaced");
    assert_eq!(told(&store, NOW).await, expected, "replaced");
    forget(&store).await;
    store.remove(&value.key()).await.expect("removed");
    assert_eq!(told(&store, NOW).await, expected, "removed");
}

async fn forget(store: &Arc<impl Changes + Housekeeping>) {
    store.purge(before(at(1)), 100).await.expect("purged");
    assert_eq!(told(store, NOW).await, BTreeSet::new());
}

async fn told(store: &Arc<impl Changes>, since: Timestamp) -> BTreeSet<Change> {
    store.since(since).await.expect("the store answers").into_iter().collect()
}
