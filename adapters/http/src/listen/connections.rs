//! The table of open connections.

use std::{
    cmp::Reverse,
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{AddressBlock, AddressBlocks};

use super::{
    ListenSettings, TrustedProxies,
    held::Held,
    line::{Line, Phase},
    seldom::Seldom,
};

/// All open connections, and how many there may be.
///
/// A newcomer that finds all places taken gets the place of a connection that waits for its client:
/// of the address that holds most, one without a request if there is one, the oldest of these. So a
/// flood takes places from itself, also one from all the addresses of a wide IPv6 network. A connection whose request is complete keeps its place until it is
/// answered.
#[derive(Debug)]
pub(super) struct Connections {
    most: usize,
    most_per_address: usize,
    head_timeout: Duration,
    proxies: TrustedProxies,
    open: Mutex<Open>,
    full: Seldom,
    too_many: Seldom,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    entries: HashMap<u64, Entry>,
    held: Held,
}

#[derive(Debug)]
struct Entry {
    /// Absent for a trusted proxy.
    source: Option<AddressBlocks>,
    line: Arc<Line>,
}

/// A place in the table, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    pub(super) line: Arc<Line>,
    connections: Arc<Connections>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.connections.open().remove(self.id);
    }
}

impl Place {
    /// Counts the connection for `client`, on whose behalf a proxy has opened it. False if that
    /// address has too many.
    pub(super) fn belongs_to(&self, client: IpAddr) -> bool {
        let source = self.connections.source(client);
        let mut open = self.connections.open();
        if !self.connections.make_room(&mut open, source) {
            return false;
        }
        open.assign(self.id, source);
        true
    }
}

impl Connections {
    pub(super) fn new(settings: &ListenSettings) -> Self {
        Self {
            most: settings.max_connections,
            most_per_address: settings.max_connections_per_address,
            head_timeout: settings.head_timeout,
            proxies: settings.proxies.clone(),
            open: Mutex::default(),
            full: Seldom::default(),
            too_many: Seldom::default(),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn source(&self, address: IpAddr) -> Option<AddressBlocks> {
        (!self.proxies.trust(address)).then(|| AddressBlocks::at(address))
    }

    /// A place for a connection from `peer`, or nothing if there is none.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<Place> {
        let source = self.source(peer);
        let line = Arc::new(Line::new(self.head_timeout));
        let mut open = self.open();
        if !self.make_room(&mut open, source) || !self.make_room_in_all(&mut open) {
            return None;
        }
        let id = open.insert(source, line.clone());
        Some(Place { id, line, connections: self.clone() })
    }

    /// Makes room among the connections of one address, and of each network that it is in.
    fn make_room(&self, open: &mut Open, source: Option<AddressBlocks>) -> bool {
        let Some(source) = source else { return true };
        while let Some(full) = open.held.full(source, self.most_per_address) {
            self.warn_of(full);
            let within = |source: AddressBlocks| source.each().any(|(block, _)| block == full);
            if !open.evict(|entry| entry.source.is_some_and(within)) {
                return false;
            }
        }
        true
    }

    fn warn_of(&self, full: AddressBlock) {
        if let Some(times) = self.too_many.count() {
            let most = self.most_per_address;
            tracing::warn!(
                times,
                most,
                source = ?full.network(),
                "one address or network has opened as many connections as it may; its oldest are closed \
                 or its new ones refused. If it is a proxy of yours, name it in `server.trusted_proxies`"
            );
        }
    }

    fn make_room_in_all(&self, open: &mut Open) -> bool {
        if open.entries.len() < self.most {
            return true;
        }
        if let Some(times) = self.full.count() {
            let most = self.most;
            tracing::warn!(
                times,
                most,
                "as many connections are open as may be; idle ones are closed or new ones refused. \
                 `server.max_connections` and the limit of open files (ulimit -n) bound them"
            );
        }
        open.evict(|_| true)
    }
}

impl Open {
    fn insert(&mut self, source: Option<AddressBlocks>, line: Arc<Line>) -> u64 {
        let id = self.next;
        self.next += 1;
        self.entries.insert(id, Entry { source: None, line });
        self.assign(id, source);
        id
    }

    /// Counts an entry for another source. One that was evicted meanwhile counts for none.
    fn assign(&mut self, id: u64, source: Option<AddressBlocks>) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        let before = std::mem::replace(&mut entry.source, source);
        if let Some(before) = before {
            self.held.release(before);
        }
        if let Some(source) = source {
            self.held.add(source);
        }
    }

    fn remove(&mut self, id: u64) {
        if let Some(source) = self.entries.remove(&id).and_then(|entry| entry.source) {
            self.held.release(source);
        }
    }

    /// Closes one connection that may be closed, of those that `among` picks. False if there is none.
    fn evict(&mut self, among: impl Fn(&Entry) -> bool) -> bool {
        let held = |entry: &Entry| entry.source.map(|source| self.held.weight(source));
        let candidates = self.entries.iter().filter(|(_, entry)| among(entry));
        let rank = candidates.filter_map(|(id, entry)| {
            let (phase, since) = entry.line.phase();
            (phase != Phase::Answering)
                .then(|| (Reverse(held(entry)), phase != Phase::Idle, since, *id))
        });
        let Some((.., id)) = rank.min() else { return false };
        if let Some(entry) = self.entries.get(&id) {
            entry.line.evicted.cancel();
        }
        self.remove(id);
        true
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const FLOOD: &str = "192.0.2.1";
    const PERSON: &str = "198.51.100.7";
    const PROXY: &str = "10.0.0.1";

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn connections(most: usize, most_per_address: usize) -> Arc<Connections> {
        let proxies = TrustedProxies {
            networks: vec!["10.0.0.0/8".parse().expect("a network")],
            ..TrustedProxies::default()
        };
        Arc::new(Connections::new(&ListenSettings {
            idle_timeout: Duration::from_mins(1),
            head_timeout: Duration::from_secs(10),
            max_connections: most,
            max_connections_per_address: most_per_address,
            proxies,
            proxy_protocol: false,
        }))
    }

    async fn admit(connections: &Arc<Connections>, text: &str) -> Option<Place> {
        advance(Duration::from_millis(1)).await;
        connections.admit(address(text))
    }

    #[tokio::test(start_paused = true)]
    async fn the_address_that_holds_most_loses_its_oldest() {
        let connections = connections(4, 4);
        let person = admit(&connections, PERSON).await.expect("admitted");
        let mut flood = Vec::new();
        for _ in 0..3 {
            flood.push(admit(&connections, FLOOD).await.expect("admitted"));
        }
        assert!(admit(&connections, "203.0.113.9").await.is_some());
        assert!(flood[0].line.evicted.is_cancelled(), "the oldest of the flood");
        assert!(!person.line.evicted.is_cancelled(), "older, but the only one of its address");
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_goes_before_one_with_a_request() {
        let connections = connections(2, 2);
        let busy = admit(&connections, FLOOD).await.expect("admitted");
        busy.line.bytes_came();
        let idle = admit(&connections, FLOOD).await.expect("admitted");
        assert!(admit(&connections, FLOOD).await.is_some());
        assert!(idle.line.evicted.is_cancelled());
        assert!(!busy.line.evicted.is_cancelled());
    }

    #[tokio::test(start_paused = true)]
    async fn one_address_cannot_take_all_and_a_network_of_64_bits_is_one_address() {
        let connections = connections(10, 2);
        let first = admit(&connections, "2001:db8::1").await.expect("admitted");
        let second = admit(&connections, "2001:db8::2").await.expect("admitted");
        let third = admit(&connections, "2001:db8::3").await.expect("admitted");
        assert!(first.line.evicted.is_cancelled());
        let other = admit(&connections, "2001:db8:0:1::1").await.expect("admitted");
        let kept = [second, third, other];
        assert!(kept.iter().all(|place| !place.line.evicted.is_cancelled()));
        assert_eq!(connections.open().entries.len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_from_many_networks_of_one_customer_takes_places_from_itself() {
        let connections = connections(40, 40);
        let person = admit(&connections, PERSON).await.expect("admitted");
        let mut flood = Vec::new();
        for n in 0..39 {
            let from = format!("2001:db8:1:{n:x}00::1");
            flood.push(admit(&connections, &from).await.expect("admitted"));
        }
        assert!(admit(&connections, "203.0.113.9").await.is_some());
        assert!(flood[0].line.evicted.is_cancelled(), "the oldest of the flood");
        assert!(!person.line.evicted.is_cancelled(), "older, but the only one of its network");
    }

    #[tokio::test(start_paused = true)]
    async fn a_proxy_is_not_counted_and_its_clients_are() {
        let connections = connections(10, 2);
        let mut places = Vec::new();
        for _ in 0..4 {
            places.push(admit(&connections, PROXY).await.expect("admitted"));
        }
        for place in &places {
            assert!(place.belongs_to(address(PERSON)));
        }
        let evicted = places.iter().filter(|place| place.line.evicted.is_cancelled()).count();
        assert_eq!(evicted, 2, "the client has two");
        drop(places);
        assert!(connections.open().held.is_empty(), "places are given back");
    }
}
