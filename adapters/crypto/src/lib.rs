//! Signatures, password hashes and sealing: the outbound ports of cryptography.

mod argon2;
mod claims;
mod factory;
mod failure;
mod master_key;
mod pair;
mod sealer;
mod signer;
mod verifier;

pub use argon2::{Argon2, Argon2Params, RefusedParams};
pub use factory::Factory;
pub use master_key::{MalformedMasterKey, MasterKey};
pub use sealer::AesSealer;
