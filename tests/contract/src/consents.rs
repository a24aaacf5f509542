//! What the store must make sure of for consents, apart from [`crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{ClientId, Consent, SubjectId};
use ports::outbound::Consents;

use crate::{Sample, samples::at};

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

/// What one person allowed one client, and when.
fn given(client: u32, seconds: i64) -> Consent {
    let client = ClientId::new(format!("client-{client}"));
    Consent { client, created_at: at(seconds), updated_at: at(seconds), ..Consent::nth(0) }
}
