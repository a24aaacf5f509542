//! adapter-crypto.
