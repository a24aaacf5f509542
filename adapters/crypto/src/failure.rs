//! The errors of the libraries.

use std::fmt::Display;

use ports::outbound::SignError;

/// Turns an error of a library into that of the port.
pub(crate) fn failed(error: impl Display) -> SignError {
    SignError(error.to_string())
}
