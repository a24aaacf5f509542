//! Pages of lists, which both sides use.

/// A page of a list, by key (keyset pagination), so that every page costs the same.
#[derive(Clone, Debug)]
pub struct Page<K> {
    /// The last key of the page before; `None` for the first page.
    pub after: Option<K>,
    /// The largest number of entries.
    pub limit: u32,
}
