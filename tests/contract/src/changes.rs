//! The contract of [`Changes`], which is kept by those who change something.
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::{collections::BTreeSet, sync::Arc};

use domain::{Client, Suspension, User};
use ports::outbound::{Change, Changes, Cursor, Housekeeping, Revocations, Store};

use crate::{NOW, Sample, housekeeping::before, keep::found, revocations::grant, samples::at};

/// A fresh store has nothing to tell.
pub async fn nothing_has_changed_at_first(store: Arc<impl Changes>) {
    Reader::begin(&store).await.is_told([]).await;
}

/// Whatever is done to a client, the others hear of it.
pub async fn every_change_of_a_client_is_told(store: Arc<impl Changes + Store<Client>>) {
    each_is_told(store, Change::Client(Client::nth(0).id), Client::nth(0)).await;
}

/// Whatever is done to a person, the others hear of it.
pub async fn every_change_of_a_person_is_told(store: Arc<impl Changes + Store<User>>) {
    each_is_told(store, Change::User(User::nth(0).id), User::nth(0)).await;
}

/// The client is what others keep in memory.
pub async fn a_suspension_is_told_as_a_change_of_its_client(
    store: Arc<impl Changes + Store<Suspension>>,
) {
    each_is_told(store, Change::Client(Suspension::nth(0).client), Suspension::nth(0)).await;
}

/// However it is dated, and again when it is made again.
pub async fn a_revocation_is_told(store: Arc<impl Changes + Revocations>) {
    let mut reader = Reader::begin(&store).await;
    store.revoke(grant("a", 60), NOW).await.expect("revoked");
    store.revoke(grant("b", 60), at(-1000)).await.expect("revoked");
    reader.is_told(["a", "b"].map(|name| Change::Revocation(grant(name, 60)))).await;
    store.revoke(grant("a", 90), NOW).await.expect("revoked again");
    reader.is_told([Change::Revocation(grant("a", 90))]).await;
}

/// However many there are, nobody reads again what they have read.
pub async fn what_was_told_is_not_told_again(
    store: Arc<impl Changes + Store<Client> + Revocations>,
) {
    let mut reader = Reader::begin(&store).await;
    for n in 0..100 {
        store.insert(Client::nth(n)).await.expect("inserted");
    }
    store.revoke(grant("a", 60), NOW).await.expect("revoked");
    let news = store.since(&reader.seen).await.expect("the store answers");
    assert_eq!(news.changes.len(), 101);
    reader.seen = news.until;
    for _ in 0..3 {
        reader.is_told([]).await;
    }
}

/// Whoever begins now has everything else to read, and is not told of it.
pub async fn what_changed_before_is_not_told(
    store: Arc<impl Changes + Store<Client> + Revocations>,
) {
    store.insert(Client::nth(0)).await.expect("inserted");
    store.revoke(grant("a", 60), NOW).await.expect("revoked");
    Reader::begin(&store).await.is_told([]).await;
}

/// A purged change does not keep later ones from being reported.
pub async fn a_change_is_told_as_long_as_it_is_kept(
    store: Arc<impl Changes + Housekeeping + Store<Client> + Store<User>>,
) {
    let mut reader = Reader::begin(&store).await;
    store.insert(Client::nth(0)).await.expect("inserted");
    store.purge(before(NOW), 100).await.expect("purged");
    reader.is_told([Change::Client(Client::nth(0).id)]).await;
    store.insert(Client::nth(1)).await.expect("inserted");
    store.purge(before(at(1)), 100).await.expect("purged");
    reader.is_told([]).await;
    store.insert(User::nth(0)).await.expect("inserted");
    reader.is_told([Change::User(User::nth(0).id)]).await;
}

/// Of those who write at once, whoever is slow is told too, and once.
pub async fn nothing_that_many_write_at_once_is_missed_or_told_twice<S>(store: Arc<S>)
where
    S: Changes + Store<Client> + Revocations + 'static,
{
    const EACH: u32 = 50;
    let mut reader = Reader::begin(&store).await;
    let mut writers = tokio::task::JoinSet::new();
    for n in 0..EACH {
        let (one, other) = (Arc::clone(&store), Arc::clone(&store));
        writers.spawn(async move { one.insert(Client::nth(n)).await });
        writers.spawn(async move { other.revoke(grant(&n.to_string(), 60), NOW).await });
    }
    let mut told = Vec::new();
    loop {
        let over = writers.is_empty();
        let news = store.since(&reader.seen).await.expect("the store answers");
        told.extend(news.changes);
        reader.seen = news.until;
        if over {
            break;
        }
        if let Some(written) = writers.join_next().await {
            written.expect("no panic").expect("written");
        }
    }
    let clients = (0..EACH).map(|n| Change::Client(Client::nth(n).id));
    let revocations = (0..EACH).map(|n| Change::Revocation(grant(&n.to_string(), 60)));
    assert_eq!(told.len(), 2 * EACH as usize, "nothing is told twice");
    assert_eq!(BTreeSet::from_iter(told), clients.chain(revocations).collect());
}

/// Somebody who follows the news.
struct Reader<S> {
    store: Arc<S>,
    seen: Cursor,
}

impl<S: Changes> Reader<S> {
    async fn begin(store: &Arc<S>) -> Self {
        let seen = store.end().await.expect("the store answers");
        Self { store: Arc::clone(store), seen }
    }

    /// Exactly this is new.
    async fn is_told(&mut self, expected: impl IntoIterator<Item = Change>) {
        let news = self.store.since(&self.seen).await.expect("the store answers");
        self.seen = news.until;
        let told = BTreeSet::from_iter(news.changes);
        assert_eq!(told, expected.into_iter().collect());
    }
}

async fn each_is_told<T: Sample>(store: Arc<impl Changes + Store<T>>, change: Change, value: T) {
    let mut reader = Reader::begin(&store).await;
    store.insert(value.clone()).await.expect("inserted");
    reader.is_told([change.clone()]).await;
    let held = found(&store, &value).await;
    store.replace(held.with(value.clone().altered())).await.expect("replaced");
    reader.is_told([change.clone()]).await;
    store.remove(&value.key()).await.expect("removed");
    reader.is_told([change]).await;
}
