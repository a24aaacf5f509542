//! How many refusals of strangers are recorded one by one.

use std::{collections::HashMap, time::Duration};

use crate::{Action, AddressBlocks, Event, LimitKey, Origin, Timestamp};

/// How much of what strangers are refused is recorded in each window of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalBounds {
    /// Events of one kind from one source (an IPv4 address, or an IPv6 /64).
    pub per_source: u32,
    /// Events of one kind in all: a flood of one kind hides no other.
    pub in_all: u32,
    /// How long a window is.
    pub window: Duration,
}

/// Sources that are told apart of each kind when they are counted; those that come later are counted as
/// one.
const SOURCES: usize = 200;

/// Counts the refusals of strangers, so that a flood leaves a bounded number of events.
#[derive(Debug)]
pub struct RefusalTally {
    bounds: RefusalBounds,
    since: Timestamp,
    kinds: HashMap<Action, Kind>,
    counts: HashMap<(Action, Option<LimitKey>), Count>,
}

/// Events of one kind in this window.
#[derive(Debug, Default)]
struct Kind {
    written: u32,
    sources: usize,
}

#[derive(Debug, Default)]
struct Count {
    origin: Origin,
    written: u32,
    more: u64,
}

impl RefusalTally {
    /// Starts counting at `now`.
    #[must_use]
    pub fn new(bounds: RefusalBounds, now: Timestamp) -> Self {
        Self { bounds, since: now, kinds: HashMap::new(), counts: HashMap::new() }
    }

    /// Whether the event is to be recorded. Otherwise it has been counted.
    pub fn admits(&mut self, event: &Event) -> bool {
        if !event.is_strangers() {
            return true;
        }
        let source = LimitKey::address(AddressBlocks::of(&event.origin));
        let known = self.counts.contains_key(&(event.action, Some(source)));
        let kind = self.kinds.entry(event.action).or_default();
        let told_apart = known || kind.sources < SOURCES;
        kind.sources += usize::from(told_apart && !known);
        let count = self.counts.entry((event.action, told_apart.then_some(source))).or_default();
        if told_apart {
            count.origin = Origin { address: event.origin.address, trace: None };
        }
        let admitted = count.written < self.bounds.per_source && kind.written < self.bounds.in_all;
        if admitted {
            count.written += 1;
            kind.written += 1;
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
        more.map(|((action, source), count)| {
            let from = if source.is_some() { "this source" } else { "other sources" };
            let (seconds, more, kind) = (now.since(since).as_secs(), count.more, action.as_str());
            let detail = format!("{more} more of `{kind}` from {from} within {seconds} s");
            Event::new(Action::FurtherRefusals, now, &count.origin).refused(detail)
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_000);
    const BOUNDS: RefusalBounds =
        RefusalBounds { per_source: 3, in_all: 10, window: Duration::from_mins(1) };

    fn refusal(action: Action, address: [u8; 4]) -> Event {
        let origin = Origin { address: Some(address.into()), trace: None };
        let actor = crate::Actor::Anonymous;
        Event::new(action, NOW, &origin).by(actor).refused("no")
    }

    #[test]
    fn beyond_the_bound_refusals_are_only_counted_and_summed_up_later() {
        let mut tally = RefusalTally::new(BOUNDS, NOW);
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
        let mut tally = RefusalTally::new(BOUNDS, NOW);
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
        let mut tally = RefusalTally::new(BOUNDS, NOW);
        for source in (0..50_000_u32).map(u32::to_be_bytes) {
            tally.admits(&refusal(Action::UserInfoRefused, source));
        }
        for last in 1..=10 {
            assert!(tally.admits(&refusal(Action::SignIn, [10, 0, 0, last])), "{last}");
        }
    }

    #[test]
    fn what_somebody_had_proven_themselves_for_is_always_recorded() {
        let mut tally = RefusalTally::new(BOUNDS, NOW);
        let replay = Event::new(Action::CodeReplayed, NOW, &Origin::default()).refused("no");
        assert!((0..100).all(|_| tally.admits(&replay)));
        let success = Event::new(Action::SignIn, NOW, &Origin::default());
        assert!((0..100).all(|_| tally.admits(&success)));
    }
}
