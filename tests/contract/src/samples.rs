//! Values to put into a store.

mod clients;
mod grants;
mod interactions;
mod keys;
mod people;
mod uptimes;

use domain::{ResourceUri, Scope, Timestamp};
use ports::outbound::Aggregate;

/// The time of every case. Fresh stores must date their changes with it.
pub const NOW: Timestamp = Timestamp::from_unix(1_700_000_000);

/// An aggregate with values to try a store with.
pub trait Sample: Aggregate {
    /// A plain one, with nothing filled in that may be left out. Every two differ in all that must
    /// be unique.
    fn nth(n: u32) -> Self;

    /// The same, with something changed that is not its key.
    #[must_use]
    fn altered(self) -> Self;

    /// The plain one in every state there is, with options filled in and left out. All have the same
    /// key.
    fn shapes() -> Vec<Self>;
}

/// Text with everything in it that a store could trip over.
pub(crate) fn odd_text() -> String {
    "'; drop table \"users\" -- %s $1 ? \\ \0 \r\n é 漢字 🦀".to_owned()
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW.as_unix() + seconds)
}

pub(crate) fn scope(list: &str) -> Scope {
    Scope::parse(list).expect("a lawful scope")
}

pub(crate) fn resources() -> Vec<ResourceUri> {
    let parse = |uri| ResourceUri::parse(uri).expect("an absolute URI");
    ["https://api.example/mcp?x=1&y='%20'", "urn:example:%C3%A4"].map(parse).into()
}
