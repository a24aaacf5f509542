//! The contract of [`Audit`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::{collections::BTreeSet, net::IpAddr, sync::Arc, time::Duration};

use domain::{Action, Actor, ClientId, Event, GrantId, Outcome, RequestSource, SubjectId, TokenId};
use ports::outbound::{Audit, AuditHistory, AuditPosition, AuditPurgeBefore, AuditQuery};
use tokio::{sync::Barrier, task::JoinSet};

use crate::{NOW, samples::odd_text};

/// Everything that was recorded, oldest first.
pub async fn trail(store: &impl AuditHistory) -> Vec<Event> {
    let all = AuditQuery { limit: 10_000, ..AuditQuery::default() };
    let recorded = store.recorded(&all).await.expect("the store answers");
    recorded.into_iter().map(|recorded| recorded.event).collect()
}

/// With everything filled in, and with nothing.
pub async fn what_was_recorded_is_in_the_trail(store: Arc<impl Audit + AuditHistory>) {
    let bare = Event::new(Action::SignIn, NOW, &RequestSource::default());
    let addresses = ["203.0.113.7", "2001:db8::1"].map(|raw| raw.parse().expect("an address"));
    let events = [bare, full(addresses[0]), full(addresses[1])];
    for event in &events {
        store.record(event.clone()).await.expect("recorded");
    }
    assert_eq!(trail(&*store).await, events);
}

/// None is mistaken for another.
pub async fn every_action_outcome_and_actor_is_told_apart(store: Arc<impl Audit + AuditHistory>) {
    let event = |action| Event::new(action, NOW, &RequestSource::default());
    let refused = Action::ALL.iter().map(|action| event(*action).refused("a reason"));
    let actors = Actor::ALL.iter().map(|actor| event(Action::SignIn).by(*actor));
    let successes = Action::ALL.iter().map(|action| event(*action));
    let events: Vec<_> = successes.chain(refused).chain(actors).collect();
    for event in &events {
        store.record(event.clone()).await.expect("recorded");
    }
    assert_eq!(trail(&*store).await, events);
}

/// However many share a commit, each is written down once.
pub async fn nothing_recorded_at_once_is_lost(store: Arc<impl Audit + AuditHistory + 'static>) {
    const CALLERS: usize = 100;
    let start = Arc::new(Barrier::new(CALLERS));
    let mut callers = JoinSet::new();
    for n in 0..CALLERS {
        let (store, start) = (Arc::clone(&store), Arc::clone(&start));
        callers.spawn(async move {
            let mut event = Event::new(Action::TokenIssued, NOW, &RequestSource::default());
            event.token = Some(TokenId::new(n.to_string()));
            start.wait().await;
            store.record(event).await.expect("recorded");
        });
    }
    callers.join_all().await;
    let trail = trail(&*store).await;
    assert_eq!(trail.len(), CALLERS);
    let tokens: BTreeSet<_> = trail.into_iter().filter_map(|event| event.token).collect();
    assert_eq!(tokens.len(), CALLERS);
}

/// An attacker who is refused cannot keep that, or anything else, from being written down.
pub async fn what_somebody_sent_cannot_spoil_the_record(
    store: Arc<impl Audit + AuditHistory + 'static>,
) {
    let mut event = Event::new(Action::SignIn, NOW, &RequestSource::default()).refused(odd_text());
    event.client = Some(ClientId::new(odd_text()));
    store.record(event).await.expect("recorded");
    let trail = trail(&*store).await;
    assert_eq!(trail.len(), 1);
    assert_eq!(trail[0].outcome, Outcome::Refused);
    assert!(trail[0].client.as_ref().is_some_and(|client| client.as_str().contains("🦀")));
}

fn full(address: IpAddr) -> Event {
    let origin =
        RequestSource { address: Some(address), trace: Some("0af7651916cd43dd".to_owned()) };
    Event {
        subject: Some(SubjectId::new("ada")),
        client: Some(ClientId::new("web")),
        grant: Some(GrantId::new("grant")),
        token: Some(TokenId::new("token")),
        ..Event::new(Action::TokenRefreshed, NOW, &origin).refused("it was \"spent\"; é 漢字")
    }
}

/// Whoever asks for one person, client, kind, outcome or time gets nothing else.
pub async fn every_part_of_a_query_narrows_it(store: Arc<impl Audit + AuditHistory>) {
    let wanted = full([10, 0, 0, 1].into());
    let others = [
        Event { subject: Some(SubjectId::new("eve")), ..wanted.clone() },
        Event { client: Some(ClientId::new("other")), ..wanted.clone() },
        Event { action: Action::SignIn, ..wanted.clone() },
        Event { outcome: Outcome::Success, ..wanted.clone() },
        Event { at: NOW.before(Duration::from_secs(1)), ..wanted.clone() },
        Event { at: NOW.after(Duration::from_secs(1)), ..wanted.clone() },
    ];
    for event in others.iter().chain([&wanted]) {
        store.record(event.clone()).await.expect("recorded");
    }
    let query = AuditQuery {
        from: AuditPosition::Latest,
        since: Some(NOW),
        until: Some(NOW.after(Duration::from_secs(1))),
        action: Some(wanted.action),
        subject: wanted.subject.clone(),
        client: wanted.client.clone(),
        outcome: Some(wanted.outcome),
        limit: 100,
    };
    let found = store.recorded(&query).await.expect("the store answers");
    let found: Vec<_> = found.into_iter().map(|recorded| recorded.event).collect();
    assert_eq!(found, [wanted]);
}

/// Pages meet without a gap and without an overlap.
pub async fn the_record_is_paged_in_both_directions(store: Arc<impl Audit + AuditHistory>) {
    for n in 0..5 {
        store.record(numbered(n)).await.expect("recorded");
    }
    let page = async |from| {
        let query = AuditQuery { from, limit: 2, ..AuditQuery::default() };
        let page = store.recorded(&query).await.expect("the store answers");
        let numbers: Vec<_> = page.iter().map(|recorded| recorded.number).collect();
        (numbers, page.into_iter().map(|recorded| recorded.event).collect::<Vec<_>>())
    };
    let (last, events) = page(AuditPosition::Latest).await;
    assert_eq!(events, [numbered(3), numbered(4)]);
    let (before, events) = page(AuditPosition::Before(last[0])).await;
    assert_eq!(events, [numbered(1), numbered(2)]);
    assert_eq!(page(AuditPosition::Before(before[0])).await.1, [numbered(0)]);
    assert_eq!(page(AuditPosition::After(before[1])).await.1, [numbered(3), numbered(4)]);
    assert_eq!(page(AuditPosition::After(last[1])).await.1, []);
}

/// Anybody can cause any number of them.
pub async fn what_strangers_did_goes_sooner_than_the_rest(store: Arc<impl Audit + AuditHistory>) {
    let at = |days: u64| NOW.before(Duration::from_hours(24 * days));
    let event =
        |days, actor| Event::new(Action::SignIn, at(days), &RequestSource::default()).by(actor);
    let stranger = |days| event(days, Actor::Anonymous).refused("wrong password");
    let registered = |days| event(days, Actor::Anonymous);
    let issued = |days| event(days, Actor::SelfRegistered);
    let kept =
        [event(39, Actor::Person), stranger(9), registered(9), issued(9), event(0, Actor::Person)];
    let gone = [event(41, Actor::Person), stranger(11), registered(11), issued(11)];
    for event in gone.iter().chain(&kept) {
        store.record(event.clone()).await.expect("recorded");
    }
    let endless = AuditPurgeBefore { strangers: None, all: None };
    assert_eq!(store.purge_events(endless, 100).await.expect("purged"), 0);
    let horizon = AuditPurgeBefore { strangers: Some(at(10)), all: Some(at(40)) };
    assert_eq!(store.purge_events(horizon, 100).await.expect("purged"), 4);
    assert_eq!(trail(&*store).await, kept);
}

/// Nobody waits long for the purge, and no number is used twice.
pub async fn the_purge_takes_a_few_at_a_time_and_never_the_latest(
    store: Arc<impl Audit + AuditHistory>,
) {
    for n in 0..5 {
        store.record(numbered(n)).await.expect("recorded");
    }
    let horizon =
        AuditPurgeBefore { strangers: None, all: Some(NOW.after(Duration::from_secs(1))) };
    let mut purged = Vec::new();
    for _ in 0..4 {
        purged.push(store.purge_events(horizon, 2).await.expect("purged"));
    }
    assert_eq!(purged, [2, 2, 0, 0]);
    assert_eq!(trail(&*store).await, [numbered(4)]);
}

fn numbered(n: u32) -> Event {
    Event::new(Action::TokenIssued, NOW, &RequestSource::default()).with_detail(n.to_string())
}
