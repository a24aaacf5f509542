//! The back channel and the documents, against a stub of the application and through the real router.

mod afterwards;
mod discovery;
mod docs;
mod edges;
mod health;
#[path = "../nobody/mod.rs"]
mod nobody;
mod origins;
mod register;
mod samples;
mod stub;
mod token;
