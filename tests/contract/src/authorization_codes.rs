//! What the store must make sure of for authorization codes, apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{AuthorizationCode, CodeVerifier, Redemption};
use ports::outbound::AuthorizationCodes;

use crate::{NOW, Sample, keep::found, race};

/// The verifier of the RFC.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// However many present the same code at once, one gets the tokens.
pub async fn one_of_many_redeemers_wins(store: Arc<impl AuthorizationCodes + 'static>) {
    let code = AuthorizationCode::nth(0);
    store.insert(code.clone()).await.expect("inserted");
    let winners = race::winners(|all_have_read| {
        let (store, code) = (Arc::clone(&store), code.clone());
        async move {
            let read = found(&store, &code).await;
            all_have_read.wait().await;
            let spent = read.value.clone().redeem(
                &Redemption {
                    client: &code.approval.client,
                    verifier: &CodeVerifier::parse(VERIFIER).expect("well-formed"),
                    redirect_uri: None,
                },
                NOW,
            );
            store.replace(read.with(spent.expect("it was not spent yet"))).await
        }
    });
    assert_eq!(winners.await, 1);
}
