//! adapter-memory.
