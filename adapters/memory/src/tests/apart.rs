//! The short-lived aggregates in a store of their own, beside that of all the others.

use std::sync::Arc;

use contract::{NOW, Sample};
use domain::{Action, AuthorizationCode, Event, RequestSource};
use ports::outbound::{StoreError, Stores};

use crate::{ManualClock, Memory};

/// The stores of a server whose short-lived aggregates are kept apart, and the two adapters.
fn stores() -> (Stores, Arc<Memory>, Arc<Memory>) {
    let clock = Arc::new(ManualClock::at(NOW));
    let lasting = Arc::new(Memory::new(clock.clone()));
    let brief = Arc::new(Memory::beside(clock, lasting.clone()));
    let all = Stores::all_in(&lasting);
    let mut housekeeping = all.housekeeping.clone();
    housekeeping.push(brief.clone());
    let stores = Stores {
        interactions: brief.clone(),
        codes: brief.clone(),
        sessions: brief.clone(),
        housekeeping,
        ..all
    };
    (stores, lasting, brief)
}

#[tokio::test]
async fn a_code_that_is_kept_apart_is_redeemed_once_and_its_event_is_in_the_audit_record() {
    let (stores, lasting, brief) = stores();
    let code = AuthorizationCode::nth(0);
    let event = Event::new(Action::Consent, NOW, &RequestSource::default());
    stores.codes.insert_recorded(code.clone(), event.clone()).await.expect("inserted");
    assert_eq!((lasting.events(), brief.events()), (vec![event], vec![]));

    let read = stores.codes.find(&code.digest).await.expect("the store answers").expect("found");
    let spent = read.with(code.altered());
    stores.codes.replace(spent.clone()).await.expect("the first redemption");
    let again = stores.codes.replace(spent).await.expect_err("it is spent");
    assert!(matches!(again, StoreError::Conflict), "{again:?}");
    let elsewhere = Stores::all_in(&lasting).codes.find(&AuthorizationCode::nth(0).digest).await;
    assert!(elsewhere.expect("the store answers").is_none());
}
