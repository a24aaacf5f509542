//! The memory that all request bodies may take together.

use std::{
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::BytesMut;
use domain::{AddressBlocks, ErrorCode, OAuthError, RequestSource};
use poem::Request;

use super::ledger::{Ledger, Ticket};
use crate::{Settings, origin};

/// The value of `Retry-After`: most bodies arrive within less.
const SOON: Duration = Duration::from_secs(2);

/// The memory that all arriving bodies may take together. Bytes count as they arrive, not as they
/// are announced in `Content-Length`, which would cost a stranger nothing.
#[derive(Clone, Debug)]
pub(crate) struct BodyBudget(Arc<Mutex<Ledger>>);

impl BodyBudget {
    /// Creates a budget of this many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        Self(Arc::new(Mutex::new(Ledger::new(bytes))))
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A budget, for the bodies that come from one client address.
#[derive(Clone, Debug)]
pub(crate) struct BudgetShare {
    budget: BodyBudget,
    source: AddressBlocks,
}

impl BudgetShare {
    /// The budget that a request counts against: the one that the router set, or a new one if the
    /// request did not pass through the router.
    pub(crate) fn of(request: &Request) -> Self {
        let own = || BodyBudget::new(Settings::default().body_memory);
        let budget = request.data::<BodyBudget>().cloned().unwrap_or_else(own);
        let origin = RequestSource { address: origin::address(request), trace: None };
        Self { budget, source: AddressBlocks::of(&origin) }
    }

    /// Starts a body of which nothing has arrived yet.
    pub(super) fn begin(self) -> Arriving {
        Arriving { share: self, ticket: None }
    }
}

/// A body that is arriving. The ledger may drop it in favour of others.
#[derive(Debug)]
pub(super) struct Arriving {
    share: BudgetShare,
    /// The entry in the ledger; `None` before the first byte.
    ticket: Option<Ticket>,
}

impl Arriving {
    /// Adds bytes that arrived.
    ///
    /// # Errors
    ///
    /// `temporarily_unavailable` if the ledger has dropped the body.
    pub(super) fn add(&mut self, data: &[u8]) -> Result<(), OAuthError> {
        let mut ledger = self.share.budget.ledger();
        let ticket = *self.ticket.get_or_insert_with(|| ledger.enter(self.share.source));
        ledger.add(ticket, data).then_some(()).ok_or_else(given_up)
    }

    /// The complete body.
    ///
    /// # Errors
    ///
    /// `temporarily_unavailable` if the ledger has dropped the body.
    pub(super) fn finish(mut self) -> Result<Received, OAuthError> {
        let budget = self.share.budget.clone();
        let bytes = match self.ticket.take() {
            Some(ticket) => budget.ledger().complete(ticket).ok_or_else(given_up)?,
            None => BytesMut::new(),
        };
        Ok(Received { bytes, budget })
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            self.share.budget.ledger().remove(ticket);
        }
    }
}

/// A complete body. Its bytes count against the budget until it is dropped.
#[derive(Debug)]
pub(crate) struct Received {
    bytes: BytesMut,
    budget: BodyBudget,
}

impl Drop for Received {
    fn drop(&mut self) {
        self.budget.ledger().give_back(self.bytes.len());
    }
}

impl Deref for Received {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The error for a body that the ledger has dropped. As a limit on requests it carries a
/// `Retry-After` (RFC 6585 §4) and does not write a log line.
fn given_up() -> OAuthError {
    let error = OAuthError::new(ErrorCode::TemporarilyUnavailable)
        .hint("too many requests are arriving at once; try again");
    OAuthError { retry_after: Some(SOON), ..error }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use poem::{
        Body, RequestParts,
        http::{self, uri::Scheme},
        web::{LocalAddr, RemoteAddr},
    };

    use super::*;

    fn share(budget: &BodyBudget, address: &str) -> BudgetShare {
        let peer: SocketAddr = address.parse().expect("an address");
        let (head, ()) = http::Request::new(()).into_parts();
        let addresses = (LocalAddr::default(), RemoteAddr(peer.into()));
        let parts = RequestParts::from((head, addresses.0, addresses.1, Scheme::HTTP));
        let mut request = Request::from_parts(parts, Body::empty());
        request.set_data(budget.clone());
        BudgetShare::of(&request)
    }

    #[test]
    fn a_spent_budget_gives_up_what_arrived_and_is_whole_again_when_bodies_are_dropped() {
        let budget = BodyBudget::new(10);
        let mut flood = share(&budget, "192.0.2.1:1").begin();
        let mut person = share(&budget, "198.51.100.1:1").begin();
        flood.add(b"12345678").expect("there is room");
        person.add(b"1234").expect("there is room for who holds little");
        let refused = flood.add(b"9").expect_err("it was given up");
        assert_eq!(refused.code, ErrorCode::TemporarilyUnavailable);
        assert!(refused.retry_after.is_some());
        assert!(flood.finish().is_err());
        let person = person.finish().expect("all of it is here");
        assert_eq!(&*person, b"1234");
        drop(person);
        assert!(budget.ledger().is_empty());
    }

    #[test]
    fn a_body_that_is_here_is_not_given_up() {
        let budget = BodyBudget::new(10);
        let mut first = share(&budget, "192.0.2.1:1").begin();
        first.add(b"12345678").expect("there is room");
        let first = first.finish().expect("all of it is here");
        let mut second = share(&budget, "198.51.100.1:1").begin();
        second.add(b"123").expect_err("there is none");
        drop(first);
        let mut third = share(&budget, "198.51.100.1:1").begin();
        third.add(b"123").expect("there is room again");
    }
}
