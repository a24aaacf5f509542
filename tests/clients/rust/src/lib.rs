//! The fixtures of the tests of every Rust client: a running server, and a person to sign in.

mod html;
mod portcullis;
mod visitor;

pub use portcullis::{ADA, Notes, Person, Portcullis};
pub use visitor::Visitor;
