//! A web of a few documents.

use std::{
    collections::HashMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use ports::outbound::{FetchError, HttpFetcher};

use crate::lock;

/// Documents by their address, and how often any was asked for.
#[derive(Debug, Default)]
pub struct StillWeb {
    documents: Mutex<HashMap<String, Vec<u8>>>,
    fetched: AtomicUsize,
}

impl StillWeb {
    /// Puts a document at an address, in place of what was there.
    pub fn put(&self, url: &str, document: &[u8]) {
        lock(&self.documents).insert(url.to_owned(), document.to_vec());
    }

    /// Returns the number of requests so far.
    #[must_use]
    pub fn fetched(&self) -> usize {
        self.fetched.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl HttpFetcher for StillWeb {
    async fn fetch(&self, url: &str, longest: usize) -> Result<Vec<u8>, FetchError> {
        self.fetched.fetch_add(1, Ordering::Relaxed);
        match lock(&self.documents).get(url) {
            None => Err(FetchError::Refused(404)),
            Some(document) if document.len() > longest => Err(FetchError::TooLong(longest)),
            Some(document) => Ok(document.clone()),
        }
    }
}
