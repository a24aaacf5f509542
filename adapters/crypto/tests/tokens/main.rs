//! Tokens signed here are read back, and no others are.

mod forged;
mod fresh;
mod keys;
mod signed;
