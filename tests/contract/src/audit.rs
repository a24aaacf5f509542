//! The contract of [`Audit`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::{collections::BTreeSet, net::IpAddr, sync::Arc};

use domain::{Action, ClientId, Event, GrantId, Origin, Outcome, SubjectId, TokenId};
use ports::outbound::Audit;
use tokio::{sync::Barrier, task::JoinSet};

use crate::{NOW, samples::odd_text};

/// A store whose audit record can be read back.
pub trait AuditTrail: Sync {
    /// Everything that was recorded, oldest first.
    fn trail(&self) -> impl Future<Output = Vec<Event>> + Send;
}

/// With everything filled in, and with nothing.
pub async fn what_was_recorded_is_in_the_trail(store: Arc<impl Audit + AuditTrail>) {
    let bare = Event::new(Action::SignIn, NOW, &Origin::default());
    let addresses = ["203.0.113.7", "2001:db8::1"].map(|raw| raw.parse().expect("an address"));
    let events = [bare, full(addresses[0]), full(addresses[1])];
    for event in &events {
        store.record(event.clone()).await.expect("recorded");
    }
    assert_eq!(store.trail().await, events);
}

/// None is mistaken for another.
pub async fn every_action_and_outcome_is_told_apart(store: Arc<impl Audit + AuditTrail>) {
    let event = |action| Event::new(action, NOW, &Origin::default());
    let refused = Action::ALL.iter().map(|action| event(*action).refused("a reason"));
    let events: Vec<_> = Action::ALL.iter().map(|action| event(*action)).chain(refused).collect();
    for event in &events {
        store.record(event.clone()).await.expect("recorded");
    }
    assert_eq!(store.trail().await, events);
}

/// However many share a commit, each is written down once.
pub async fn nothing_recorded_at_once_is_lost(store: Arc<impl Audit + AuditTrail + 'static>) {
    const CALLERS: usize = 100;
    let start = Arc::new(Barrier::new(CALLERS));
    let mut callers = JoinSet::new();
    for n in 0..CALLERS {
        let (store, start) = (Arc::clone(&store), Arc::clone(&start));
        callers.spawn(async move {
            let mut event = Event::new(Action::TokenIssued, NOW, &Origin::default());
            event.token = Some(TokenId::new(n.to_string()));
            start.wait().await;
            store.record(event).await.expect("recorded");
        });
    }
    callers.join_all().await;
    let trail = store.trail().await;
    assert_eq!(trail.len(), CALLERS);
    let tokens: BTreeSet<_> = trail.into_iter().filter_map(|event| event.token).collect();
    assert_eq!(tokens.len(), CALLERS);
}

/// An attacker who is refused cannot keep that, or anything else, from being written down.
pub async fn what_somebody_sent_cannot_spoil_the_record(
    store: Arc<impl Audit + AuditTrail + 'static>,
) {
    let mut event = Event::new(Action::SignIn, NOW, &Origin::default()).refused(odd_text());
    event.client = Some(ClientId::new(odd_text()));
    store.record(event).await.expect("recorded");
    let trail = store.trail().await;
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].outcome, Outcome::Refused);
    assert!(trail[0].client.as_ref().is_some_and(|client| client.as_str().contains("🦀")));
}

fn full(address: IpAddr) -> Event {
    let origin = Origin { address: Some(address), trace: Some("0af7651916cd43dd".to_owned()) };
    Event {
        subject: Some(SubjectId::new("ada")),
        client: Some(ClientId::new("web")),
        grant: Some(GrantId::new("grant")),
        token: Some(TokenId::new("token")),
        ..Event::new(Action::TokenRefreshed, NOW, &origin).refused("it was \"spent\"; é 漢字")
    }
}
