//! The chapters of the document.

use poem_openapi::Tags;

/// The chapters of the document.
#[derive(Tags)]
pub(crate) enum Tag {
    /// What this server is and can do, and the keys that verify its tokens.
    Discovery,
    /// Where people sign in and decide what a client may do.
    Authorization,
    /// Where clients get tokens, and what becomes of tokens afterwards.
    Tokens,
    /// Where clients register and manage themselves.
    Registration,
    /// Where people see what they allowed, take it back, and sign out.
    Account,
    /// How this server is.
    Health,
    /// This document.
    Documentation,
}
