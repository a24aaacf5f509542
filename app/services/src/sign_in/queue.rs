//! The queue for checking passwords.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

/// A queue of bounded length in which whoever has failed less goes first, so that a flood of wrong
/// passwords does not keep the right ones waiting.
///
/// Of equals, the newest goes first. A queue that grows is longer than people wait: in order of arrival,
/// everybody would be served when they have just given up, and a flood of first attempts from many
/// addresses would keep each person waiting for all of it. Newest first, most people are served at once,
/// and those who are not are refused when the queue is full.
#[derive(Clone)]
pub(super) struct Queue(Arc<Mutex<State>>);

struct State {
    free: usize,
    waiting: BTreeMap<Rank, oneshot::Sender<Slot>>,
    longest: usize,
    arrivals: u64,
}

/// The least is served first, the greatest refused first: by failures, and of equals the newest is the
/// least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    failures: u32,
    arrival: Reverse<u64>,
}

/// The right to have one password checked, until it is dropped.
pub(super) struct Slot(Queue);

impl Queue {
    /// A queue for `slots` checks at once, in which `longest` may wait.
    pub(super) fn new(slots: usize, longest: usize) -> Self {
        let state = State { free: slots, waiting: BTreeMap::new(), longest, arrivals: 0 };
        Self(Arc::new(Mutex::new(state)))
    }

    /// Waits for a slot. `None` if the queue is full of those who failed less than this one; a place that
    /// was given to it may be lost to somebody who came later and failed no more.
    pub(super) async fn enter(&self, failures: u32) -> Option<Slot> {
        let turn = self.join(failures)?;
        turn.await.ok()
    }

    fn join(&self, failures: u32) -> Option<oneshot::Receiver<Slot>> {
        let (sender, turn) = oneshot::channel();
        let mut state = self.state();
        let rank = Rank { failures, arrival: Reverse(state.arrivals) };
        state.arrivals += 1;
        state.waiting.retain(|_, sender| !sender.is_closed());
        if state.free > 0 {
            state.free -= 1;
            drop(state);
            // The other end is in our hands.
            let _: Result<_, _> = sender.send(Slot(self.clone()));
            return Some(turn);
        }
        if state.waiting.len() >= state.longest {
            let last = state.waiting.last_entry().filter(|last| rank < *last.key())?;
            last.remove();
        }
        state.waiting.insert(rank, sender);
        Some(turn)
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.0.state();
        let Some((_, next)) = state.waiting.pop_first() else {
            state.free += 1;
            return;
        };
        drop(state);
        // If the next one has left, dropping what comes back calls the one after it.
        let _: Result<_, _> = next.send(Slot(self.0.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_failed_less_goes_first() {
        let queue = Queue::new(1, 8);
        let slot = queue.enter(0).await.expect("a slot");
        let mut many = queue.join(9).expect("a place");
        let mut few = queue.join(1).expect("a place");
        let mut none = queue.join(0).expect("a place");
        drop(slot);
        let slot = none.try_recv().expect("called first");
        assert!(few.try_recv().is_err() && many.try_recv().is_err());
        drop(slot);
        let slot = few.try_recv().expect("called second");
        drop(slot);
        assert!(many.try_recv().is_ok());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_who_failed_most() {
        let queue = Queue::new(1, 1);
        let slot = queue.enter(0).await.expect("a slot");
        let evicted = queue.join(5).expect("a place");
        assert!(queue.join(6).is_none(), "worse than who waits");
        let better = queue.join(0).expect("a place");
        assert!(evicted.await.is_err());
        drop(slot);
        assert!(better.await.is_ok());
    }

    #[tokio::test]
    async fn of_equals_the_newest_goes_first() {
        let queue = Queue::new(1, 8);
        let slot = queue.enter(0).await.expect("a slot");
        let mut flood: Vec<_> = (0..6).map(|_| queue.join(0).expect("a place")).collect();
        let worse = queue.join(1).expect("a place");
        let mut newest = queue.join(0).expect("a place");
        drop(slot);
        let mut slot = newest.try_recv().expect("called first, though last but for one who failed");
        while let Some(mut next) = flood.pop() {
            drop(slot);
            slot = next.try_recv().expect("called from the newest to the oldest");
        }
        drop(slot);
        assert!(worse.await.is_ok(), "called last");
    }

    #[tokio::test]
    async fn a_full_queue_of_equals_refuses_the_oldest() {
        let queue = Queue::new(1, 2);
        let slot = queue.enter(0).await.expect("a slot");
        let oldest = queue.join(0).expect("a place");
        let mut middle = queue.join(0).expect("a place");
        let mut newest = queue.join(0).expect("a place");
        assert!(
            oldest.await.is_err(),
            "its person has waited longest, and is the likeliest to have left"
        );
        drop(slot);
        drop(newest.try_recv().expect("called first"));
        assert!(middle.try_recv().is_ok());
    }

    #[tokio::test]
    async fn who_left_holds_up_nobody() {
        let queue = Queue::new(1, 2);
        let slot = queue.enter(0).await.expect("a slot");
        drop(queue.join(0).expect("a place"));
        let waiting = queue.join(1).expect("a place");
        drop(slot);
        drop(waiting.await.expect("called"));
        assert_eq!(queue.state().free, 1);
        assert!(queue.state().waiting.is_empty());
    }
}
