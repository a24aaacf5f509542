//! adapter-http.
