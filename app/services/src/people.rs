//! Accounts: the people who sign in.

mod administer;
mod cache;
mod names;
mod passwords;

pub use self::{administer::AdministerUsers, cache::UserCache};
pub(crate) use self::{
    administer::failed,
    names::{by_name, display_name, email},
    passwords::{hash, judge, judge_for, unhashed, verify},
};
