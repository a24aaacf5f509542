//! adapter-sql.
