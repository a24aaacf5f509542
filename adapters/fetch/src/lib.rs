//! Outbound HTTP to addresses that anybody may have chosen. Whoever can make this server ask for a
//! document must not reach through it what they cannot reach themselves (server-side request
//! forgery, RFC 9700 §4.15 and OWASP).

mod client;
mod reach;
mod trust;

pub use client::{FetchSettings, HttpsWeb};
pub use reach::AddressPolicy;
pub use trust::TrustError;
