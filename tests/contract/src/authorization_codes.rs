//! The contract of [`AuthorizationCodes`], apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::sync::Arc;

use domain::{Action, AuthorizationCode, CodeVerifier, Event, Redemption, RequestSource};
use ports::outbound::{AuditHistory, AuthorizationCodes};

use crate::{NOW, Sample, audit::trail, keep::found, race};

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
                    client: &code.grant.client,
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

/// No code is there without its event, and no event without its code.
pub async fn a_code_and_its_event_are_written_together_or_not_at_all(
    store: Arc<impl AuthorizationCodes + AuditHistory>,
) {
    let code = AuthorizationCode::nth(0);
    for (detail, is_first) in [("first", true), ("second", false)] {
        let event = Event::new(Action::Consent, NOW, &RequestSource::default()).with_detail(detail);
        let written = store.insert_recorded(code.clone(), event).await;
        assert_eq!(written.is_ok(), is_first, "{detail}: {written:?}");
    }
    assert_eq!(found(&store, &code).await.value, code);
    let details: Vec<_> = trail(&*store).await.into_iter().map(|event| event.detail).collect();
    assert_eq!(details, [Some("first".to_owned())]);
}
