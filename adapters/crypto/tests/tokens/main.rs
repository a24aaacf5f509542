//! What is signed here is read back, and nothing else is.

mod forged;
mod fresh;
mod keys;
mod signed;
