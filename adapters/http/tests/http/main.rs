//! The back channel and the documents, against a stub of the application and through the real router.

mod nobody;
mod samples;
mod stub;
mod token;
