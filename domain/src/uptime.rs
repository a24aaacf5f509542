//! The record of the time in which a server was up.

use std::time::Duration;

use crate::Timestamp;

/// The time at which an instance of a server was last seen up, and the latest outages.
///
/// A client cannot repeat a request to a server that does not answer, so the time that a client has
/// for a repetition is counted by this record and not by the clock alone. Every instance looks in
/// once every [`Uptime::BEAT`]; a longer silence is an outage, whatever the reason: no process ran, or
/// none could write to the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uptime {
    /// The issuer that the server answers for.
    pub issuer: String,
    /// The time at which any instance was last seen.
    pub seen_at: Timestamp,
    /// The latest outages, oldest first.
    pub outages: Vec<Outage>,
}

/// A time in which no instance was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// The time at which an instance was last seen before it.
    pub from: Timestamp,
    /// The time at which one was seen again.
    pub to: Timestamp,
}

impl Uptime {
    /// The interval in which an instance makes itself seen.
    pub const BEAT: Duration = Duration::from_secs(5);

    /// The longest silence that is not an outage: a beat may be late, or be lost.
    const SILENCE: Duration = Duration::from_secs(10);

    /// So many outages are remembered. When more followed one another within the grace of a refresh
    /// token, the oldest count as time in which the server was up.
    const REMEMBERED: usize = 32;

    /// A server that has never been up before.
    #[must_use]
    pub fn begin(issuer: &str, now: Timestamp) -> Self {
        Self { issuer: issuer.to_owned(), seen_at: now, outages: Vec::new() }
    }

    /// An instance is up. If none was for longer than a beat may be late, that was an outage.
    #[must_use]
    pub fn seen(mut self, now: Timestamp) -> Self {
        if now.since(self.seen_at) > Self::SILENCE {
            self.outages.push(Outage { from: self.seen_at, to: now });
            let surplus = self.outages.len().saturating_sub(Self::REMEMBERED);
            self.outages.drain(..surplus);
        }
        // The clock of another instance may be ahead.
        self.seen_at = self.seen_at.max(now);
        self
    }
}

impl Outage {
    /// For how long the server was up between two instants.
    #[must_use]
    pub fn uptime(outages: &[Self], from: Timestamp, to: Timestamp) -> Duration {
        let within = |outage: &Self| outage.to.min(to).since(outage.from.max(from));
        to.since(from).saturating_sub(outages.iter().map(within).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_unix(second)
    }

    fn seen(beats: &[i64]) -> Uptime {
        let begun = Uptime::begin("https://auth.example", at(beats[0]));
        beats.iter().fold(begun, |uptime, &beat| uptime.seen(at(beat)))
    }

    #[test]
    fn a_beat_may_be_late_and_a_longer_silence_is_an_outage() {
        assert_eq!(seen(&[0, 5, 15, 25]).outages, []);
        assert_eq!(seen(&[0, 5, 16]).outages, [Outage { from: at(5), to: at(16) }]);
    }

    #[test]
    fn a_clock_that_is_behind_makes_no_outage() {
        let uptime = seen(&[100, 60, 105]);
        assert_eq!((uptime.seen_at, uptime.outages), (at(105), vec![]));
    }

    #[test]
    fn only_the_part_of_an_outage_between_two_instants_counts() {
        let outages = seen(&[0, 100, 110, 130, 140]).outages;
        let up = |from, to| Outage::uptime(&outages, at(from), at(to)).as_secs();
        assert_eq!(up(100, 110), 10);
        assert_eq!(up(105, 135), 10, "down from 110 to 130");
        assert_eq!(up(115, 125), 0);
        assert_eq!(up(0, 140), 20, "both outages");
        assert_eq!(up(140, 130), 0);
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let beats: Vec<_> = (0..100).map(|n| n * 60).collect();
        let outages = seen(&beats).outages;
        assert_eq!(outages.len(), Uptime::REMEMBERED);
        assert_eq!(outages.last(), Some(&Outage { from: at(98 * 60), to: at(99 * 60) }));
    }
}
