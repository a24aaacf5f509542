//! What the tests of every Rust client need: a running server, and a person to sign in.

mod html;
mod portcullis;
mod visitor;

pub use portcullis::{ADA, Notes, Person, Portcullis};
pub use visitor::Visitor;
