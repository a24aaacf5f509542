//! The log lines of recorded events.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use adapter_memory::{ManualClock, Memory};
use domain::{Action, Event, RequestSource, StrangersBounds, Timestamp};
use ports::outbound::Audit as _;
use services::BoundedAudit;
use tracing::{
    Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// A line of the log: its level, its target and its message.
type Line = (Level, String, String);

/// Keeps every line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<Line>>>);

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
}

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        let line = (*event.metadata().level(), event.metadata().target().to_owned(), message.0);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn every_grant_is_a_line_at_info_but_for_refreshes() {
    let now = Timestamp::from_unix(1_700_000_000);
    let clock = Arc::new(ManualClock::at(now));
    let memory = Arc::new(Memory::new(clock.clone()));
    let bounds = StrangersBounds { per_source: 5, in_all: 50, window: Duration::from_hours(1) };
    let audit = BoundedAudit::new(memory, bounds, clock);
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());
    let actions = [
        Action::SignIn,
        Action::Consent,
        Action::CodeRedeemed,
        Action::TokenIssued,
        Action::TokenRefreshed,
    ];
    for action in actions {
        audit.record(Event::new(action, now, &RequestSource::default())).await.expect("recorded");
    }
    let told = lines.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let line = |level, target: &str, message: &str| (level, target.to_owned(), message.to_owned());
    assert_eq!(
        told,
        [
            line(Level::INFO, "audit", "session.sign_in"),
            line(Level::INFO, "audit", "consent.decided"),
            line(Level::INFO, "audit", "code.redeemed"),
            line(Level::INFO, "audit::machines", "token.issued"),
            line(Level::DEBUG, "audit", "token.refreshed"),
        ]
    );
}
