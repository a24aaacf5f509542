//! The contract of [`Housekeeping::purge`] for one aggregate, whatever else the store keeps.
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{
    AuthorizationCode, Interaction, KeyState, RefreshFamily, Session, SigningKey, Timestamp,
};
use ports::outbound::{Housekeeping, PurgeBefore, Store};

use crate::{NOW, Sample, housekeeping::before, keep::found, samples::at};

/// An aggregate that expires.
pub trait Expiring: Sample {
    /// The same, with another expiry.
    #[must_use]
    fn ending(self, at: Timestamp) -> Self;
}

/// An aggregate that expires at the very horizon stays.
pub async fn only_what_expired_before_the_horizon_is_forgotten<T: Expiring>(
    store: Arc<impl Store<T> + Housekeeping>,
) {
    for (n, seconds) in [(0, -1), (1, 0), (2, 1)] {
        store.insert(T::nth(n).ending(at(seconds))).await.expect("inserted");
    }
    assert_eq!(store.purge(before(NOW), 100).await.expect("purged"), 1);
    let gone = store.find(&T::nth(0).key()).await.expect("the store answers");
    assert!(gone.is_none(), "{gone:?}");
    found(&store, &T::nth(1)).await;
    found(&store, &T::nth(2)).await;
    assert_eq!(store.purge(before(NOW), 100).await.expect("purged"), 0, "nothing is left to do");
}

/// The horizon of another kind has no effect.
pub async fn each_kind_goes_by_its_own_horizon<T: Expiring>(
    store: Arc<impl Store<T> + Housekeeping>,
) {
    let value = T::nth(0).ending(at(-10));
    for (interactions, others) in [(NOW, at(-60)), (at(-60), NOW)] {
        let horizon = PurgeBefore { interactions, others };
        store.insert(value.clone()).await.expect("inserted");
        let purged = store.purge(horizon, 100).await.expect("purged");
        assert_eq!(purged, u64::from(value.is_over(horizon)), "{horizon:?}");
        store.remove(&value.key()).await.expect("removed");
    }
}

/// A purge is done in small steps, so that no caller waits long for it.
pub async fn no_more_is_forgotten_than_asked<T: Expiring>(
    store: Arc<impl Store<T> + Housekeeping>,
) {
    for n in 0..5 {
        store.insert(T::nth(n).ending(at(-1))).await.expect("inserted");
    }
    for forgotten in [2, 2, 1, 0] {
        assert_eq!(store.purge(before(NOW), 2).await.expect("purged"), forgotten);
    }
}

/// An aggregate without an expiry stays, however late it is.
pub async fn what_does_not_expire_is_never_forgotten<T: Sample>(
    store: Arc<impl Store<T> + Housekeeping>,
) {
    store.insert(T::nth(0)).await.expect("inserted");
    let horizon = before(Timestamp::from_unix(i64::MAX));
    // The note of its change may go, which is no aggregate.
    store.purge(horizon, 100).await.expect("purged");
    found(&store, &T::nth(0)).await;
}

impl Expiring for AuthorizationCode {
    fn ending(self, expires_at: Timestamp) -> Self {
        Self { expires_at, ..self }
    }
}

impl Expiring for Interaction {
    fn ending(self, expires_at: Timestamp) -> Self {
        Self { expires_at, ..self }
    }
}

impl Expiring for RefreshFamily {
    fn ending(self, expires_at: Timestamp) -> Self {
        Self { idle_expires_at: expires_at, expires_at, ..self }
    }
}

impl Expiring for Session {
    fn ending(self, expires_at: Timestamp) -> Self {
        Self { expires_at, ..self }
    }
}

impl Expiring for SigningKey {
    fn ending(self, until: Timestamp) -> Self {
        Self { state: KeyState::Retiring { until }, ..self }
    }
}
