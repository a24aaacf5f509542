//! The front channel, against a stub of the application and through the real router.

mod account;
mod authorize;
mod browser;
mod consent;
mod cookies;
mod dead_ends;
mod hostile;
mod logout;
#[path = "../nobody/mod.rs"]
mod nobody;
mod onward;
mod samples;
mod sign_in;
mod stub;
