//! adapter-system.
