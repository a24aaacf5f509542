//! The contract of [`Sessions`], apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{Session, SubjectId};
use ports::outbound::Sessions;

use crate::{NOW, Sample, samples::at};

/// Others' sessions and those that are over are not listed. One is over at the very instant it
/// expires.
pub async fn a_person_sees_their_live_ones_newest_first(store: Arc<impl Sessions>) {
    let began = |n, seconds| Session { created_at: at(seconds), ..Session::nth(n) };
    let theirs = [began(0, 30), began(1, 10), began(2, 20)];
    let others = Session { subject: SubjectId::new("bob"), ..Session::nth(3) };
    let over = Session { expires_at: NOW, ..Session::nth(4) };
    let nearly_over = Session { expires_at: at(1), ..began(5, 5) };
    for session in theirs.iter().chain([&others, &over, &nearly_over]) {
        store.insert(session.clone()).await.expect("inserted");
    }
    let listed = store.of(&SubjectId::new("ada"), NOW).await.expect("the store answers");
    let [first, third, second] = theirs;
    assert_eq!(listed, [first, second, third, nearly_over]);
}

/// A list has an end.
pub async fn no_more_than_a_hundred_are_listed(store: Arc<impl Sessions>) {
    for n in 0..101 {
        let session = Session { created_at: at(n.into()), ..Session::nth(n) };
        store.insert(session).await.expect("inserted");
    }
    let listed = store.of(&SubjectId::new("ada"), NOW).await.expect("the store answers");
    assert_eq!(listed.len(), 100);
    assert_eq!(listed[0].id, Session::nth(100).id, "the oldest is left out");
}
