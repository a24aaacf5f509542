//! The contract of [`Store`], for any aggregate.
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use ports::outbound::{Store, StoreError, Stored};

use crate::{Sample, race};

/// Absence is an answer, not an error.
pub async fn a_missing_one_is_none<T: Sample>(store: Arc<impl Store<T>>) {
    let found = store.find(&T::nth(0).key()).await.expect("the store answers");
    assert!(found.is_none());
}

/// Nothing is lost on the way to the store and back, and nobody gets another's.
pub async fn what_was_inserted_is_found<T: Sample>(store: Arc<impl Store<T>>) {
    for n in 0..3 {
        store.insert(T::nth(n)).await.expect("inserted");
    }
    for n in 0..3 {
        assert_eq!(found(&store, &T::nth(n)).await.value, T::nth(n));
    }
}

/// Every state, and every option filled in or not.
pub async fn every_shape_is_found_unchanged<T: Sample>(store: Arc<impl Store<T>>) {
    for shape in T::shapes() {
        store.insert(shape.clone()).await.expect("inserted");
        assert_eq!(found(&store, &shape).await.value, shape);
        store.remove(&shape.key()).await.expect("removed");
    }
}

/// Options that the new value leaves out are removed from the store.
pub async fn every_shape_can_replace_another<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    for shape in T::shapes().into_iter().chain([T::nth(0)]) {
        let held = found(&store, &shape).await;
        store.replace(held.with(shape.clone())).await.expect("replaced");
        assert_eq!(found(&store, &shape).await.value, shape);
    }
}

/// Nobody overwrites what was there first.
pub async fn a_taken_key_is_a_conflict<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    conflicts(store.insert(T::nth(0).altered()).await);
    assert_eq!(found(&store, &T::nth(0)).await.value, T::nth(0));
}

/// A replacement is good as often as it is based on what is there.
pub async fn what_replaced_another_is_found<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    store.insert(T::nth(1)).await.expect("inserted");
    for value in [T::nth(0).altered(), T::nth(0), T::nth(0).altered()] {
        let held = found(&store, &value).await;
        store.replace(held.with(value.clone())).await.expect("replaced");
        assert_eq!(found(&store, &value).await.value, value);
    }
    assert_eq!(found(&store, &T::nth(1)).await.value, T::nth(1), "the other is untouched");
}

/// Nobody overwrites what they have not seen.
pub async fn a_stale_revision_is_refused<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    let read = found(&store, &T::nth(0)).await;
    store.replace(read.clone()).await.expect("the first write");
    conflicts(store.replace(read).await);
}

/// A refusal is nothing but a refusal.
pub async fn a_refused_replacement_changes_nothing<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    let read = found(&store, &T::nth(0)).await;
    store.replace(read.clone()).await.expect("the first write");
    let before = found(&store, &T::nth(0)).await;
    conflicts(store.replace(read.with(T::nth(0).altered())).await);
    assert_eq!(found(&store, &T::nth(0)).await, before);
}

/// It is gone, and the others are not.
pub async fn what_was_removed_is_gone<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    store.insert(T::nth(1)).await.expect("inserted");
    store.remove(&T::nth(0).key()).await.expect("removed");
    let gone = store.find(&T::nth(0).key()).await.expect("the store answers");
    assert!(gone.is_none());
    found(&store, &T::nth(1)).await;
}

/// Removing is asked for the outcome, not for the deed.
pub async fn removing_what_is_not_there_is_no_error<T: Sample>(store: Arc<impl Store<T>>) {
    store.remove(&T::nth(0).key()).await.expect("nothing to do");
}

/// A concurrent write does not bring back a removed value.
pub async fn replacing_what_was_removed_is_a_conflict<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    let read = found(&store, &T::nth(0)).await;
    store.remove(&T::nth(0).key()).await.expect("removed");
    conflicts(store.replace(read).await);
    assert!(store.find(&T::nth(0).key()).await.expect("the store answers").is_none());
}

/// Nor does it overwrite what has taken its place.
pub async fn a_revision_does_not_outlive_its_aggregate<T: Sample>(store: Arc<impl Store<T>>) {
    store.insert(T::nth(0)).await.expect("inserted");
    let read = found(&store, &T::nth(0)).await;
    store.remove(&T::nth(0).key()).await.expect("removed");
    store.insert(T::nth(0).altered()).await.expect("inserted again");
    conflicts(store.replace(read).await);
    assert_eq!(found(&store, &T::nth(0)).await.value, T::nth(0).altered());
}

/// However many want a key, one gets it.
pub async fn one_of_many_rivals_inserts<T: Sample>(store: Arc<impl Store<T> + 'static>) {
    let winners = race::winners(|start| {
        let store = Arc::clone(&store);
        async move {
            start.wait().await;
            store.insert(T::nth(0)).await
        }
    });
    assert_eq!(winners.await, 1);
}

/// However many have read the same revision, one may write.
pub async fn one_of_many_rivals_replaces<T: Sample>(store: Arc<impl Store<T> + 'static>) {
    store.insert(T::nth(0)).await.expect("inserted");
    let winners = race::winners(|all_have_read| {
        let store = Arc::clone(&store);
        async move {
            let read = found(&store, &T::nth(0)).await;
            all_have_read.wait().await;
            store.replace(read.with(T::nth(0).altered())).await
        }
    });
    assert_eq!(winners.await, 1);
}

/// Reads the value that is stored under the key of `value`.
pub(crate) async fn found<T: Sample>(store: &Arc<impl Store<T>>, value: &T) -> Stored<T> {
    store.find(&value.key()).await.expect("the store answers").expect("found")
}

/// The answer to whoever was too late.
pub(crate) fn conflicts(answer: Result<(), StoreError>) {
    let error = answer.expect_err("somebody else was first");
    assert!(matches!(error, StoreError::Conflict), "{error:?}");
}
