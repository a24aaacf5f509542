//! Responses that change rarely and may be cached: rendered once, and sent again only to a client
//! that does not have the current version.

use std::marker::PhantomData;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use bytes::Bytes;
use poem::IntoResponse;
use poem_openapi::{ApiResponse, payload::Payload};
use sha2::{Digest, Sha256};

use crate::payload::Rendered;

/// A response that never changes, documented as the payload `P`.
#[derive(Debug)]
pub(crate) struct Fixed<P> {
    bytes: Bytes,
    tag: String,
    lifetime: &'static str,
    payload: PhantomData<fn() -> P>,
}

impl<P: Payload> Fixed<P> {
    /// `lifetime` is the value of `Cache-Control`.
    pub(crate) fn new(bytes: impl Into<Bytes>, lifetime: &'static str) -> Self {
        let bytes = bytes.into();
        let tag = format!("\"{}\"", BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes)));
        Self { bytes, tag, lifetime, payload: PhantomData }
    }

    /// Answers a request whose `If-None-Match` header is `known` (RFC 9110 §13.1.2).
    pub(crate) fn answer(&self, known: &[String]) -> Cached<Rendered<P>> {
        let (tag, lifetime) = (self.tag.clone(), self.lifetime.to_owned());
        let mut tags = known.iter().flat_map(|list| list.split(',')).map(str::trim);
        if tags.any(|it| it == "*" || it.trim_start_matches("W/") == self.tag) {
            return Cached::Unchanged(tag, lifetime);
        }
        Cached::Current(Rendered(self.bytes.clone(), PhantomData), tag, lifetime)
    }
}

/// A response that may be cached.
#[derive(Debug, ApiResponse)]
pub(crate) enum Cached<P: Payload + IntoResponse> {
    /// The current version.
    #[oai(status = 200)]
    Current(
        P,
        /// The entity tag of this version (RFC 9110 §8.8.3).
        #[oai(header = "ETag")]
        String,
        /// The caching directives: how many seconds the response may be stored (RFC 9111 §5.2.2).
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// Not modified: the version that the caller named in `If-None-Match` is still current.
    #[oai(status = 304)]
    Unchanged(
        /// The entity tag of this version (RFC 9110 §8.8.3).
        #[oai(header = "ETag")]
        String,
        /// The caching directives: how many seconds the response may be stored (RFC 9111 §5.2.2).
        #[oai(header = "Cache-Control")]
        String,
    ),
}
