//! Bounds on the number of events that strangers can add to the audit record.

use std::{collections::HashMap, time::Duration};

use crate::{Action, AddressBlock, AddressBlocks, Event, Outcome, RequestSource, Timestamp};

/// The number of events of strangers that are recorded one by one in each window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrangersBounds {
    /// Events of one kind from one source (an IPv4 address, or an IPv6 /48).
    pub per_source: u32,
    /// Events of one kind in all: a flood of one kind hides no other.
    pub in_all: u32,
    /// The length of a window.
    pub window: Duration,
}

/// Sources that are told apart of each kind when they are counted; those that come later are counted as
/// one.
const SOURCES: usize = 200;

/// Counts what strangers do, so that a flood leaves a bounded number of events.
#[derive(Debug)]
pub struct StrangersTally {
    bounds: StrangersBounds,
    since: Timestamp,
    kinds: HashMap<Kind, Total>,
    counts: HashMap<(Kind, Option<AddressBlock>), Count>,
}

/// An action, and how it went.
type Kind = (Action, Outcome);

/// Events of one kind in this window.
#[derive(Debug, Default)]
struct Total {
    written: u32,
    sources: usize,
}

#[derive(Debug, Default)]
struct Count {
    origin: RequestSource,
    written: u32,
    more: u64,
}

impl StrangersTally {
    /// Starts counting at `now`.
    #[must_use]
    pub fn new(bounds: StrangersBounds, now: Timestamp) -> Self {
        Self { bounds, since: now, kinds: HashMap::new(), counts: HashMap::new() }
    }

    /// Whether the event is to be recorded. Otherwise it has been counted.
    pub fn admits(&mut self, event: &Event) -> bool {
        if !event.is_strangers() {
            return true;
        }
        let (kind, source) =
            ((event.action, event.outcome), AddressBlocks::of(&event.origin).widest());
        let known = self.counts.contains_key(&(kind, Some(source)));
        let total = self.kinds.entry(kind).or_default();
        let told_apart = known || total.sources < SOURCES;
        total.sources += usize::from(told_apart && !known);
        let count = self.counts.entry((kind, told_apart.then_some(source))).or_default();
        if told_apart {
            count.origin = RequestSource { address: event.origin.address, trace: None };
        }
        let admitted = count.written < self.bounds.per_source && total.written < self.bounds.in_all;
        if admitted {
            count.written += 1;
            total.written += 1;
        } else {
            count.more += 1;
        }
        admitted
    }

    /// If the window is over at `now`: begins the next one, and returns a summary of each count that
    /// was not recorded one by one.
    pub fn turn(&mut self, now: Timestamp) -> Vec<Event> {
        if now.since(self.since) < self.bounds.window { Vec::new() } else { self.close(now) }
    }

    /// The same, without waiting for the end of the window.
    pub fn close(&mut self, now: Timestamp) -> Vec<Event> {
        let counts = std::mem::take(&mut self.counts);
        let since = std::mem::replace(&mut self.since, now);
        self.kinds.clear();
        let more = counts.into_iter().filter(|(_, count)| count.more > 0);
        more.map(|(((action, outcome), source), count)| {
            let from = if source.is_some() { "this source" } else { "other sources" };
            let (seconds, more, kind) = (now.since(since).as_secs(), count.more, action.as_str());
            let detail = format!("{more} more of `{kind}` from {from} within {seconds} s");
            let summary = |action| Event::new(action, now, &count.origin);
            match outcome {
                Outcome::Refused => summary(Action::FurtherRefusals).refused(detail),
                Outcome::Success => summary(Action::FurtherSuccesses).with_detail(detail),
            }
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000);
    const BOUNDS: StrangersBounds =
        StrangersBounds { per_source: 3, in_all: 10, window: Duration::from_mins(1) };

    fn refusal(action: Action, address: [u8; 4]) -> Event {
        let origin = RequestSource { address: Some(address.into()), trace: None };
        let actor = crate::Actor::Anonymous;
        Event::new(action, NOW, &origin).by(actor).refused("no")
    }

    #[test]
    fn beyond_the_bound_refusals_are_only_counted_and_summed_up_later() {
        let mut tally = StrangersTally::new(BOUNDS, NOW);
        let admitted = (0..100).filter(|_| tally.admits(&refusal(Action::SignIn, [10, 0, 0, 1])));
        assert_eq!(admitted.count(), 3);
        assert!(tally.admits(&refusal(Action::SignIn, [10, 0, 0, 2])), "another source");
        assert!(tally.admits(&refusal(Action::UserInfoRefused, [10, 0, 0, 1])), "another kind");
        assert!(tally.turn(NOW.after(Duration::from_secs(59))).is_empty(), "not yet");
        let [summary] = &tally.turn(NOW.after(Duration::from_mins(1)))[..] else {
            panic!("one source went beyond its bound")
        };
        assert_eq!(summary.action, Action::FurtherRefusals);
        assert_eq!(summary.origin.address, Some([10, 0, 0, 1].into()));
        let detail = summary.detail.as_deref();
        assert_eq!(detail, Some("97 more of `session.sign_in` from this source within 60 s"));
        assert!(tally.admits(&refusal(Action::SignIn, [10, 0, 0, 1])), "a new window");
    }

    #[test]
    fn many_sources_leave_a_bounded_number_of_events_and_of_summaries() {
        let mut tally = StrangersTally::new(BOUNDS, NOW);
        let sources = (0..50_000_u32).map(u32::to_be_bytes);
        let admitted = sources.filter(|source| tally.admits(&refusal(Action::SignIn, *source)));
        assert_eq!(admitted.count(), 10);
        let summaries = tally.close(NOW.after(Duration::from_secs(1)));
        assert!(summaries.len() <= SOURCES + Action::ALL.len(), "{}", summaries.len());
        let others = summaries.iter().find(|event| event.origin.address.is_none());
        let detail = others.and_then(|event| event.detail.as_deref()).expect("the others");
        assert_eq!(detail, "49800 more of `session.sign_in` from other sources within 1 s");
    }

    #[test]
    fn a_flood_of_one_kind_hides_no_other() {
        let mut tally = StrangersTally::new(BOUNDS, NOW);
        for source in (0..50_000_u32).map(u32::to_be_bytes) {
            tally.admits(&refusal(Action::UserInfoRefused, source));
        }
        for last in 1..=10 {
            assert!(tally.admits(&refusal(Action::SignIn, [10, 0, 0, last])), "{last}");
        }
    }

    #[test]
    fn what_somebody_had_proven_themselves_for_is_always_recorded() {
        let mut tally = StrangersTally::new(BOUNDS, NOW);
        let replay = Event::new(Action::CodeReplayed, NOW, &RequestSource::default()).refused("no");
        assert!((0..100).all(|_| tally.admits(&replay)));
        let success = Event::new(Action::SignIn, NOW, &RequestSource::default());
        assert!((0..100).all(|_| tally.admits(&success)));
        let own = Event::new(Action::TokenIssued, NOW, &RequestSource::default());
        assert!((0..100).all(|_| tally.admits(&own)), "of a client that an operator added");
    }

    #[test]
    fn what_strangers_do_with_success_is_bounded_and_summed_up_as_such() {
        let mut tally = StrangersTally::new(BOUNDS, NOW);
        let origin = RequestSource { address: Some([10, 0, 0, 1].into()), trace: None };
        for (action, actor) in [
            (Action::ClientRegistered, crate::Actor::Anonymous),
            (Action::TokenIssued, crate::Actor::SelfRegistered),
        ] {
            let event = Event::new(action, NOW, &origin).by(actor);
            assert_eq!((0..100).filter(|_| tally.admits(&event)).count(), 3);
            let refused = event.refused("no");
            assert!(tally.admits(&refused), "successes hide no refusals");
        }
        let mut summaries = tally.close(NOW.after(Duration::from_secs(1)));
        summaries.sort_by(|a, b| a.detail.cmp(&b.detail));
        let told: Vec<_> = summaries
            .iter()
            .map(|event| (event.action, event.outcome, event.detail.as_deref().unwrap_or_default()))
            .collect();
        let further = |detail| (Action::FurtherSuccesses, Outcome::Success, detail);
        assert_eq!(
            told,
            [
                further("97 more of `client.registered` from this source within 1 s"),
                further("97 more of `token.issued` from this source within 1 s"),
            ]
        );
    }

    #[test]
    fn a_customer_with_many_networks_is_one_source() {
        let mut tally = StrangersTally::new(BOUNDS, NOW);
        let from = |n: u32| {
            let address = format!("2001:db8:1:{n:x}::1").parse().ok();
            let origin = RequestSource { address, trace: None };
            let event = Event::new(Action::SignIn, NOW, &origin);
            event.by(crate::Actor::Anonymous).refused("no")
        };
        assert_eq!((0..60_000).filter(|n| tally.admits(&from(*n))).count(), 3);
        assert_eq!(tally.close(NOW.after(Duration::from_secs(1))).len(), 1);
    }
}
