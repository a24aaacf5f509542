//! The number of connections that each network holds.

use std::collections::HashMap;

use domain::{AddressBlock, AddressBlocks};

/// The number of connections of each network, for every block that an address is counted in.
#[derive(Debug, Default)]
pub(super) struct Held(HashMap<AddressBlock, usize>);

impl Held {
    pub(super) fn add(&mut self, source: AddressBlocks) {
        for (block, _) in source.each() {
            *self.0.entry(block).or_default() += 1;
        }
    }

    pub(super) fn release(&mut self, source: AddressBlocks) {
        for (block, _) in source.each() {
            if let Some(held) = self.0.get_mut(&block) {
                *held -= 1;
                if *held == 0 {
                    self.0.remove(&block);
                }
            }
        }
    }

    /// The narrowest of the networks of `source` that holds all it may, if one address may hold
    /// `most`.
    pub(super) fn full(&self, source: AddressBlocks, most: usize) -> Option<AddressBlock> {
        let is_full = |(block, shares): &(AddressBlock, u32)| self.shares(*block, *shares) >= most;
        source.each().rev().find(is_full).map(|(block, _)| block)
    }

    /// The share that `source` holds: the number of connections of that one of its networks which
    /// has used most of its share.
    pub(super) fn weight(&self, source: AddressBlocks) -> usize {
        source.each().map(|(block, shares)| self.shares(block, shares)).max().unwrap_or_default()
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of connections of a network, divided by its shares.
    fn shares(&self, block: AddressBlock, shares: u32) -> usize {
        let held = self.0.get(&block).copied().unwrap_or_default();
        held / usize::try_from(shares).unwrap_or(usize::MAX)
    }
}
