//! Chance that can be repeated.

use std::sync::atomic::{AtomicU64, Ordering};

use ports::outbound::Entropy;

/// Bytes that look random, never repeat within a run, and are the same in every run. Anybody can
/// predict them.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

impl SeededEntropy {
    /// Starts at `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Default for SeededEntropy {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(8) {
            let drawn = mix(self.0.fetch_add(1, Ordering::Relaxed));
            chunk.copy_from_slice(&drawn.to_le_bytes()[..chunk.len()]);
        }
    }
}

/// The finisher of `SplitMix64`. It maps no two counters to the same number.
fn mix(counter: u64) -> u64 {
    let mut z = counter.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn it_repeats_itself_between_runs_and_never_within_one() {
        let ids = |entropy: &dyn Entropy| (0..1_000).map(|_| entropy.id()).collect::<Vec<_>>();
        let first = ids(&SeededEntropy::new(7));
        assert_eq!(first, ids(&SeededEntropy::new(7)));
        assert_ne!(first, ids(&SeededEntropy::new(8)));
        assert_eq!(first.iter().collect::<HashSet<_>>().len(), first.len());
    }
}
