//! The contract of [`Consents`], apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{ClientId, Consent, ConsentId, Revocable, Revocation, SubjectId};
use ports::outbound::{Consents, Revocations};

use crate::{NOW, Sample, samples::at};

/// Others' consents are not listed.
pub async fn a_person_sees_their_own_newest_first(store: Arc<impl Consents>) {
    for consent in [given(0, 10), given(1, 30), given(2, 20)] {
        store.insert(consent).await.expect("inserted");
    }
    let others = Consent { subject: SubjectId::new("bob"), ..given(0, 40) };
    store.insert(others).await.expect("inserted");
    let listed = store.of(&given(0, 0).subject).await.expect("the store answers");
    assert_eq!(listed, [given(1, 30), given(2, 20), given(0, 10)]);
}

/// A list has an end.
pub async fn no_more_than_five_hundred_are_listed(store: Arc<impl Consents>) {
    for n in 0..501 {
        store.insert(given(n, n.into())).await.expect("inserted");
    }
    let listed = store.of(&given(0, 0).subject).await.expect("the store answers");
    assert_eq!(listed.len(), 500);
    assert_eq!(listed[0], given(500, 500), "the oldest is left out");
}

/// Whoever allowed it, and nothing that another client was allowed.
pub async fn everything_allowed_to_one_client_ends_at_once<S>(store: Arc<S>)
where
    S: Consents + Revocations,
{
    let id = |name: &str| ConsentId::new(name);
    let ada = Consent { id: id("ada's"), ..given(0, 0) };
    let bob = Consent { id: id("bob's"), subject: SubjectId::new("bob"), ..given(0, 0) };
    let another = Consent { id: id("another"), ..given(1, 0) };
    for consent in [&ada, &bob, &another] {
        store.insert(consent.clone()).await.expect("inserted");
    }
    let end = async || {
        let mut ended = store.end_all(&ada.client, at(60), NOW).await.expect("ended");
        ended.sort();
        ended
    };
    let ended = ["ada's", "bob's"]
        .map(|name| Revocation { what: Revocable::Consent(id(name)), expires_at: at(60) });
    assert_eq!(end().await, ended);
    assert_eq!(end().await, ended, "and once more it is the same");
    let mut live = store.live(NOW).await.expect("the store answers");
    live.sort();
    assert_eq!(live, ended);
}

/// The consent of one person to one client, given at a time.
fn given(client: u32, seconds: i64) -> Consent {
    let client = ClientId::new(format!("client-{client}"));
    Consent { client, created_at: at(seconds), updated_at: at(seconds), ..Consent::nth(0) }
}
