//! Consent: asking people what a client may do, remembering it, and the page where they take it back.

mod account;
mod consents;
mod give_consent;

pub use self::{account::Account, consents::Consents, give_consent::GiveConsent};
