//! The memory that hashes are worked out in.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, MutexGuard, PoisonError},
};

use argon2::Block;

/// Working memory that is used again. An allocator keeps what was freed for the thread that freed it, so
/// that memory made anew for each hash piles up. There are as many pieces as there ever were hashes at
/// once, which the caller bounds.
pub(super) struct Memory {
    size: usize,
    idle: Mutex<Vec<Vec<Block>>>,
}

/// A piece of [`Memory`], until it is dropped.
pub(super) struct Lent<'a> {
    memory: &'a Memory,
    blocks: Vec<Block>,
}

impl Memory {
    /// Memory in pieces of `size` blocks.
    pub(super) fn new(size: usize) -> Self {
        Self { size, idle: Mutex::default() }
    }

    /// A piece of at least `size` blocks. One larger than the usual is made for this use alone.
    pub(super) fn lend(&self, size: usize) -> Lent<'_> {
        let idle = if size <= self.size { self.idle().pop() } else { None };
        let make = || vec![Block::default(); self.size.max(size)];
        Lent { memory: self, blocks: idle.unwrap_or_else(make) }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deref for Lent<'_> {
    type Target = Vec<Block>;

    fn deref(&self) -> &Vec<Block> {
        &self.blocks
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Vec<Block> {
        &mut self.blocks
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if self.blocks.len() == self.memory.size {
            let blocks = std::mem::take(&mut self.blocks);
            self.memory.idle().push(blocks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_piece_serves_many_hashes_one_after_another() {
        let memory = Memory::new(64);
        let first = memory.lend(64).as_ptr();
        assert_eq!(memory.lend(32).as_ptr(), first);
        drop((memory.lend(64), memory.lend(64)));
        assert_eq!(memory.idle().len(), 2, "as many as there were at once");
    }

    #[test]
    fn a_larger_piece_is_not_kept() {
        let memory = Memory::new(8);
        assert_eq!(memory.lend(16).len(), 16);
        assert!(memory.idle().is_empty());
    }
}
