//! One after another.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::LimitKey;
use tokio::sync::OwnedMutexGuard;

/// The most attempts that may be at work or wait for one key: somebody who pressed the button a few
/// times.
const TOGETHER: usize = 4;

/// Lets one attempt for each key go on at a time.
#[derive(Clone, Default)]
pub(super) struct Turns(Arc<Mutex<HashMap<LimitKey, Line>>>);

#[derive(Default)]
struct Line {
    length: usize,
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// The right to go on, until it is dropped.
pub(super) struct Turn {
    // Dropped in this order: the next one may begin before this one has left the line.
    _held: OwnedMutexGuard<()>,
    _place: Place,
}

/// A place in the line for one key.
struct Place {
    turns: Turns,
    key: LimitKey,
}

impl Turns {
    /// Waits for the others of this key. `None` if too many wait already.
    pub(super) async fn take(&self, key: LimitKey) -> Option<Turn> {
        let (place, turn) = self.join(key)?;
        Some(Turn { _held: turn.lock_owned().await, _place: place })
    }

    fn join(&self, key: LimitKey) -> Option<(Place, Arc<tokio::sync::Mutex<()>>)> {
        let mut lines = self.lines();
        let line = lines.entry(key).or_default();
        if line.length >= TOGETHER {
            return None;
        }
        line.length += 1;
        Some((Place { turns: self.clone(), key }, line.turn.clone()))
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<LimitKey, Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lines = self.turns.lines();
        if let Some(line) = lines.get_mut(&self.key) {
            line.length -= 1;
            if line.length == 0 {
                lines.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    fn key(name: &str) -> LimitKey {
        LimitKey::account(name)
    }

    #[tokio::test]
    async fn the_second_of_a_key_waits_for_the_first_and_others_do_not() {
        let turns = Turns::default();
        let first = turns.take(key("a")).await.expect("a turn");
        assert!(turns.take(key("b")).await.is_some());
        let mut second = Box::pin(turns.take(key("a")));
        assert!(timeout(Duration::from_millis(20), &mut second).await.is_err(), "it waits");
        drop(first);
        assert!(second.await.is_some());
        assert!(turns.lines().is_empty(), "nothing is left behind");
    }

    #[tokio::test]
    async fn who_gives_up_waiting_leaves_the_line() {
        let turns = Turns::default();
        let first = turns.take(key("a")).await.expect("a turn");
        let mut waiting: Vec<_> = (1..TOGETHER).map(|_| Box::pin(turns.take(key("a")))).collect();
        for one in &mut waiting {
            assert!(timeout(Duration::from_millis(5), one).await.is_err(), "it waits");
        }
        assert!(turns.take(key("a")).await.is_none(), "the line is full");
        drop((waiting, first));
        assert!(turns.lines().is_empty(), "nothing is left behind");
    }
}
