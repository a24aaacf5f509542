//! The contract of [`Housekeeping`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{
    Action, Consent, Event, GrantId, RefreshFamily, RequestSource, Revocable, Revocation, Session,
    Timestamp,
};
use ports::outbound::{
    Audit, AuditHistory, Consents, Housekeeping, PurgeBefore, RefreshFamilies, Revocations,
    Sessions, Store,
};

use crate::{NOW, Sample, audit::trail, keep::found, revocations::grant, samples::at};

/// A store that works says so.
pub async fn a_store_that_works_answers(store: Arc<impl Housekeeping>) {
    store.ping().await.expect("the store answers");
}

/// Its absolute expiry may be far away.
pub async fn a_family_is_forgotten_once_idle_for_too_long(
    store: Arc<impl Housekeeping + RefreshFamilies>,
) {
    let family = RefreshFamily { idle_expires_at: at(-1), ..RefreshFamily::nth(0) };
    store.insert(family.clone()).await.expect("inserted");
    assert_eq!(store.purge(before(NOW), 100).await.expect("purged"), 1);
}

/// A purge is done in small steps, so that nobody waits for it.
pub async fn no_more_of_a_kind_is_forgotten_than_asked(
    store: Arc<impl Housekeeping + Sessions + Revocations>,
) {
    for n in 0..5 {
        let over = Session { expires_at: at(-1), ..Session::nth(n) };
        store.insert(over).await.expect("inserted");
        store.revoke(grant(&n.to_string(), -1), NOW).await.expect("revoked");
    }
    for forgotten in [4, 4, 2, 0] {
        assert_eq!(store.purge(before(NOW), 2).await.expect("purged"), forgotten);
    }
}

/// A revocation that expires at the very horizon stays.
pub async fn only_revocations_that_expired_before_the_horizon_are_forgotten(
    store: Arc<impl Revocations + Housekeeping>,
) {
    for (name, seconds) in [("a", -1), ("b", 0), ("c", 1)] {
        store.revoke(grant(name, seconds), NOW).await.expect("revoked");
    }
    assert_eq!(store.purge(before(NOW), 100).await.expect("purged"), 1);
    let ever = store.live(Timestamp::from_unix(0)).await.expect("the store answers");
    assert_eq!(ever.len(), 2);
}

/// The audit record has horizons of its own.
pub async fn the_audit_record_is_never_forgotten(
    store: Arc<impl Audit + AuditHistory + Housekeeping>,
) {
    let event = Event::new(Action::SignIn, NOW, &RequestSource::default());
    store.record(event).await.expect("recorded");
    store.purge(before(Timestamp::from_unix(i64::MAX)), 100).await.expect("purged");
    assert_eq!(trail(&*store).await.len(), 1);
}

/// A revocation of another kind with the same name has nothing to do with it.
pub async fn what_was_withdrawn_is_forgotten_and_nothing_else(
    store: Arc<impl Consents + Revocations + Housekeeping>,
) {
    for n in 0..3 {
        put(&store, Consent::nth(n)).await;
    }
    revoke(&store, Revocable::Consent(Consent::nth(0).id), at(60)).await;
    revoke(&store, Revocable::Grant(GrantId::new(Consent::nth(1).id.as_str())), at(60)).await;
    assert_eq!(store.purge(before(NOW), 100).await.expect("purged"), 1);
    only_the_first_is_gone::<Consent>(&store).await;
    assert_eq!(store.live(NOW).await.expect("the store answers").len(), 2, "tokens hang on it");
}

/// The withdrawal names what it ends, not whose it was.
pub async fn what_took_the_place_of_a_withdrawn_consent_stays(
    store: Arc<impl Consents + Revocations + Housekeeping>,
) {
    put(&store, Consent::nth(0)).await;
    revoke(&store, Revocable::Consent(Consent::nth(0).id), at(60)).await;
    let held = found(&store, &Consent::nth(0)).await;
    store.replace(held.with(Consent::nth(0).altered())).await.expect("replaced");
    assert_eq!(store.purge(before(NOW), 100).await.expect("purged"), 0);
    assert_eq!(found(&store, &Consent::nth(0)).await.value, Consent::nth(0).altered());
}

/// Whoever takes its name later has been allowed nothing.
pub async fn a_client_that_is_gone_leaves_no_consent_behind(
    store: Arc<impl Consents + Revocations + Housekeeping>,
) {
    for n in [0, 1, 3] {
        put(&store, Consent::nth(n)).await;
    }
    revoke(&store, Revocable::Client(Consent::nth(1).client), at(60)).await;
    assert_eq!(store.purge(before(NOW), 100).await.expect("purged"), 2);
    let listed = store.of(&Consent::nth(0).subject).await.expect("the store answers");
    assert_eq!(listed, [Consent::nth(0)]);
}

/// It may have expired: without it, what was withdrawn would be good again.
pub async fn a_revocation_outlives_the_consents_it_ended(
    store: Arc<impl Consents + Revocations + Housekeeping>,
) {
    for n in [1, 3, 5] {
        put(&store, Consent::nth(n)).await;
    }
    revoke(&store, Revocable::Client(Consent::nth(1).client), at(-1)).await;
    for (forgotten, revocations) in [(1, 1), (1, 1), (2, 0), (0, 0)] {
        assert_eq!(store.purge(before(NOW), 1).await.expect("purged"), forgotten);
        let ever = store.live(Timestamp::from_unix(0)).await.expect("the store answers");
        assert_eq!(ever.len(), revocations);
    }
}

/// The same for whatever there is.
pub(crate) const fn before(at: Timestamp) -> PurgeBefore {
    PurgeBefore { interactions: at, others: at }
}

async fn revoke(store: &Arc<impl Revocations>, what: Revocable, expires_at: Timestamp) {
    store.revoke(Revocation { what, expires_at }, NOW).await.expect("revoked");
}

async fn put<T: Sample>(store: &Arc<impl Store<T>>, value: T) {
    store.insert(value).await.expect("inserted");
}

async fn only_the_first_is_gone<T: Sample>(store: &Arc<impl Store<T>>) {
    let gone = store.find(&T::nth(0).key()).await.expect("the store answers");
    assert!(gone.is_none(), "{gone:?}");
    found(store, &T::nth(1)).await;
    found(store, &T::nth(2)).await;
}
