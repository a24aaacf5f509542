//! The contract of [`Revocations`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{ConsentId, GrantId, Revocable, Revocation, SessionId, TokenId};
use ports::outbound::Revocations;

use crate::{NOW, race, samples::at};

/// A fresh store has nothing to tell.
pub async fn nothing_is_revoked_at_first(store: Arc<impl Revocations>) {
    assert_eq!(live(&store).await, []);
}

/// Every kind, also where the names are the same.
pub async fn everything_revoked_is_live(store: Arc<impl Revocations>) {
    let kinds = [
        Revocable::Token(TokenId::new("x")),
        Revocable::Grant(GrantId::new("x")),
        Revocable::Consent(ConsentId::new("x")),
        Revocable::Session(SessionId::new("x")),
    ];
    let mut all = kinds.map(|what| Revocation { what, expires_at: at(60) });
    all.sort();
    for revocation in &all {
        store.revoke(revocation.clone(), NOW).await.expect("revoked");
    }
    assert_eq!(live(&store).await, all);
}

/// An entry is over at the very instant it expires.
pub async fn what_has_expired_is_not_live(store: Arc<impl Revocations>) {
    for (name, seconds) in [("a", -1), ("b", 0), ("c", 1)] {
        store.revoke(grant(name, seconds), NOW).await.expect("revoked");
    }
    assert_eq!(live(&store).await, [grant("c", 1)]);
}

/// Whoever revokes again does not shorten what was revoked before.
pub async fn revoking_twice_keeps_the_later_expiry(store: Arc<impl Revocations>) {
    for (name, seconds) in [("a", 60), ("a", 30), ("b", 30), ("b", 60)] {
        store.revoke(grant(name, seconds), NOW).await.expect("revoked");
    }
    assert_eq!(live(&store).await, [grant("a", 60), grant("b", 60)]);
}

/// Nobody loses: it is revoked, whoever was first.
pub async fn many_may_revoke_the_same_at_once(store: Arc<impl Revocations + 'static>) {
    let winners = race::winners(|start| {
        let store = Arc::clone(&store);
        async move {
            start.wait().await;
            store.revoke(grant("a", 60), NOW).await
        }
    });
    assert_eq!(winners.await, 16);
    assert_eq!(live(&store).await, [grant("a", 60)]);
}

pub(crate) fn grant(name: &str, seconds: i64) -> Revocation {
    Revocation { what: Revocable::Grant(GrantId::new(name)), expires_at: at(seconds) }
}

async fn live(store: &Arc<impl Revocations>) -> Vec<Revocation> {
    let mut live = store.live(NOW).await.expect("the store answers");
    live.sort();
    live
}
