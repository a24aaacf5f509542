//! The contracts of the outbound ports, written once as test suites. The tests of an adapter name
//! the suites and a way to make a fresh, empty store; each case then runs and fails under its own
//! name.

pub mod audit;
pub mod authorization_codes;
pub mod changes;
pub mod clients;
pub mod consents;
pub mod housekeeping;
pub mod keep;
pub mod limits;
pub mod purge;
mod race;
pub mod refresh_families;
pub mod revocations;
pub mod samples;
pub mod sessions;
pub mod signing_keys;
mod suites;
pub mod users;

pub use domain;
pub use samples::{NOW, Sample};
