//! The contract of [`SigningKeys`], apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::SigningKey;
use ports::outbound::SigningKeys;

use crate::{Sample, samples::at};

/// All of them, retiring or not; those of one second in an order that does not change.
pub async fn every_key_is_listed_oldest_first(store: Arc<impl SigningKeys>) {
    assert_eq!(store.all().await.expect("the store answers"), []);
    let made = |n, seconds| SigningKey { created_at: at(seconds), ..SigningKey::nth(n) };
    let keys = [made(2, -60), made(0, 0), made(1, 0).altered(), made(3, 60)];
    for key in keys.iter().rev() {
        store.insert(key.clone()).await.expect("inserted");
    }
    assert_eq!(store.all().await.expect("the store answers"), keys);
}
