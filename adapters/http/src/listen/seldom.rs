//! Log lines that a flood would otherwise repeat.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The shortest time between two log lines.
const INTERVAL: Duration = Duration::from_mins(1);

/// Counts frequent events, and says when a log line about them is due.
#[derive(Debug, Default)]
pub(super) struct Seldom(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    said_at: Option<Instant>,
    times: u64,
}

impl Seldom {
    /// Counts one event. Returns the number of events since the last line, this one included, if a
    /// line is due.
    pub(super) fn count(&self) -> Option<u64> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        state.times += 1;
        if state.said_at.is_some_and(|said_at| now < said_at + INTERVAL) {
            return None;
        }
        state.said_at = Some(now);
        Some(std::mem::take(&mut state.times))
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_one_line_a_minute() {
        let seldom = Seldom::default();
        assert_eq!(seldom.count(), Some(1));
        assert_eq!(seldom.count(), None);
        assert_eq!(seldom.count(), None);
        advance(INTERVAL).await;
        assert_eq!(seldom.count(), Some(3));
        assert_eq!(seldom.count(), None);
    }
}
