//! The shares of the body budget by client address, and the choice of the body to drop if it is
//! exhausted.

use std::collections::{BTreeMap, HashMap};

use bytes::BytesMut;
use domain::{AddressBlock, AddressBlocks};

/// The bodies that are held, by where they come from.
///
/// When they would take more than the budget, one that has not arrived yet is given up: of the site
/// that holds most, of the block that holds most there, the oldest. So a flood takes memory from
/// itself, whoever holds little is let in, and of *n* sites each can have an *n*th of the budget at any
/// time. No share is set aside: while nobody else needs the memory, one address may have all of it.
/// A body that is complete is not given up: it is parsed in a moment.
///
/// There are no more entries than bodies that are arriving, and so no more than connections.
#[derive(Debug)]
pub(super) struct Ledger {
    budget: usize,
    taken: usize,
    next: u64,
    sites: HashMap<AddressBlock, Site>,
}

#[derive(Debug, Default)]
struct Site {
    held: usize,
    blocks: HashMap<AddressBlocks, Block>,
}

#[derive(Debug, Default)]
struct Block {
    held: usize,
    /// The entries in the order in which they were made.
    arriving: BTreeMap<u64, BytesMut>,
}

/// An entry in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    source: AddressBlocks,
    id: u64,
}

impl Ledger {
    /// Creates a ledger for a budget of this many bytes.
    pub(super) fn new(budget: usize) -> Self {
        Self { budget, taken: 0, next: 0, sites: HashMap::new() }
    }

    /// Adds an entry for a body that starts to arrive.
    pub(super) fn enter(&mut self, source: AddressBlocks) -> Ticket {
        let ticket = Ticket { source, id: self.next };
        self.next += 1;
        let site = self.sites.entry(source.widest()).or_default();
        site.blocks.entry(source).or_default().arriving.insert(ticket.id, BytesMut::new());
        ticket
    }

    /// Adds bytes to a body. Returns false if the body was dropped, now or before.
    pub(super) fn add(&mut self, ticket: Ticket, data: &[u8]) -> bool {
        let Some(site) = self.sites.get_mut(&ticket.source.widest()) else { return false };
        let Some(block) = site.blocks.get_mut(&ticket.source) else { return false };
        let Some(bytes) = block.arriving.get_mut(&ticket.id) else { return false };
        bytes.extend_from_slice(data);
        block.held += data.len();
        site.held += data.len();
        self.taken += data.len();
        let mut kept = true;
        while self.taken > self.budget
            && let Some(excess) = self.excess()
        {
            self.remove(excess);
            kept &= excess != ticket;
        }
        kept
    }

    /// The body to drop first.
    fn excess(&self) -> Option<Ticket> {
        let site = self.sites.values().max_by_key(|site| site.held)?;
        let (source, block) = site.blocks.iter().max_by_key(|(_, block)| block.held)?;
        block.arriving.keys().next().map(|id| Ticket { source: *source, id: *id })
    }

    /// Takes out the bytes of a complete body. They count until they are given back.
    pub(super) fn complete(&mut self, ticket: Ticket) -> Option<BytesMut> {
        let site = self.sites.get_mut(&ticket.source.widest())?;
        let block = site.blocks.get_mut(&ticket.source)?;
        let bytes = block.arriving.remove(&ticket.id)?;
        block.held -= bytes.len();
        site.held -= bytes.len();
        if block.arriving.is_empty() {
            site.blocks.remove(&ticket.source);
        }
        if site.blocks.is_empty() {
            self.sites.remove(&ticket.source.widest());
        }
        Some(bytes)
    }

    /// Drops a body that is arriving.
    pub(super) fn remove(&mut self, ticket: Ticket) {
        if let Some(bytes) = self.complete(ticket) {
            self.give_back(bytes.len());
        }
    }

    /// Frees the bytes of a complete body.
    pub(super) fn give_back(&mut self, count: usize) {
        self.taken -= count;
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.taken == 0 && self.sites.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LARGEST: usize = 64 * 1024;
    const BUDGET: usize = 32 * 1024 * 1024;

    fn block(address: &str) -> AddressBlocks {
        AddressBlocks::at(address.parse().expect("an address"))
    }

    fn ipv4(number: usize) -> AddressBlocks {
        block(&format!("192.0.{}.{}", number / 256, number % 256))
    }

    /// Starts a body and adds this many bytes to it.
    fn send(ledger: &mut Ledger, source: AddressBlocks, size: usize) -> (Ticket, bool) {
        let ticket = ledger.enter(source);
        (ticket, ledger.add(ticket, &vec![b'x'; size]))
    }

    /// Each source in turn takes as much as it can get before the next one starts.
    fn flood(ledger: &mut Ledger, sources: &[AddressBlocks], bodies: usize, size: usize) {
        for source in sources {
            for _ in 0..bodies {
                send(ledger, *source, size);
                assert!(ledger.taken <= BUDGET);
            }
        }
    }

    /// A person's form arrives in many pieces, and the flood goes on between them.
    fn person_gets_in(
        ledger: &mut Ledger,
        person: AddressBlocks,
        size: usize,
        flood: &[AddressBlocks],
    ) {
        let form = ledger.enter(person);
        for piece in 0..size / 512 {
            assert!(ledger.add(form, &[b'p'; 512]), "after {piece} pieces");
            for at in 0..8 {
                send(ledger, flood[(8 * piece + at) % flood.len()], LARGEST - 1);
            }
        }
        assert_eq!(ledger.complete(form).map(|bytes| bytes.len()), Some(size));
        ledger.give_back(size);
    }

    #[test]
    fn whoever_holds_nothing_gets_a_whole_body_in_whatever_others_hold() {
        for (addresses, bodies) in [(1, 600), (7, 100), (200, 3), (500, 2)] {
            let mut ledger = Ledger::new(BUDGET);
            let sources: Vec<_> = (0..addresses).map(ipv4).collect();
            flood(&mut ledger, &sources, bodies, LARGEST - 1);
            assert!(ledger.taken > BUDGET - LARGEST, "the budget is spent");
            person_gets_in(&mut ledger, block("198.51.100.7"), LARGEST / 2, &sources);
        }
    }

    #[test]
    fn thousands_of_addresses_leave_room_for_a_usual_form() {
        let mut ledger = Ledger::new(BUDGET);
        let sources: Vec<_> = (0..4096).map(ipv4).collect();
        flood(&mut ledger, &sources, 1, BUDGET / 4096);
        person_gets_in(&mut ledger, block("198.51.100.7"), 4096, &sources[..512]);
    }

    #[test]
    fn small_bodies_in_great_number_are_given_up_like_large_ones() {
        let mut ledger = Ledger::new(10_000);
        let sent: Vec<_> = (0..20_000).map(|_| send(&mut ledger, ipv4(1), 1).0).collect();
        assert!(send(&mut ledger, ipv4(2), 4000).1);
        assert!(!ledger.add(sent[13_999], b""), "the oldest go");
        assert!(ledger.add(sent[14_000], b""), "as many as must");
    }

    #[test]
    fn a_network_of_48_bits_holds_no_more_than_an_address() {
        let mut ledger = Ledger::new(BUDGET);
        let site: Vec<_> = (0..2000).map(|n| block(&format!("2001:db8:1:{n:x}::1"))).collect();
        let (person, sent) = send(&mut ledger, block("198.51.100.7"), LARGEST);
        assert!(sent);
        flood(&mut ledger, &site, 1, LARGEST - 1);
        assert!(ledger.add(person, b"x"), "each of the others holds less, but not all together");
        person_gets_in(&mut ledger, block("2001:db8:2::1"), LARGEST / 2, &site);
    }

    #[test]
    fn a_quick_body_survives_a_flood_of_slow_ones_from_its_own_address() {
        let mut ledger = Ledger::new(BUDGET);
        flood(&mut ledger, &[ipv4(1)], 600, LARGEST - 1);
        person_gets_in(&mut ledger, ipv4(1), 4096, &[ipv4(1)]);
    }

    #[test]
    fn a_body_that_was_given_up_gives_its_bytes_back_at_once_and_only_once() {
        let mut ledger = Ledger::new(100);
        let (first, _) = send(&mut ledger, ipv4(1), 80);
        let (second, sent) = send(&mut ledger, ipv4(2), 60);
        assert!(sent && ledger.taken == 60);
        assert!(!ledger.add(first, b"x") && ledger.complete(first).is_none());
        ledger.remove(first);
        assert_eq!(ledger.taken, 60);
        ledger.remove(second);
        assert!(ledger.is_empty());
    }

    #[test]
    fn what_does_not_fit_at_all_is_refused_and_leaves_no_trace() {
        let mut ledger = Ledger::new(100);
        let (_, sent) = send(&mut ledger, ipv4(1), 101);
        assert!(!sent);
        assert!(ledger.is_empty());
    }
}
