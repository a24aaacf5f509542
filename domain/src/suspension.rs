//! A stop that an operator has put to a client of the configuration.

use crate::{ClientId, Timestamp};

/// An operator's word that a client of the configuration may do nothing until it is resumed. The
/// configuration is read at the start; this outlives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The client.
    pub client: ClientId,
    /// Since when.
    pub since: Timestamp,
}
