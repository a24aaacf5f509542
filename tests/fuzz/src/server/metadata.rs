//! The metadata with which a client registers.

use poem::http::StatusCode;
use serde_json::Value;

use super::{ask, params::refused_as_json, post};

/// Registered metadata can be registered again, with the same result.
pub(crate) fn client_metadata(data: &[u8]) {
    let Some(registered) = register(data.to_vec()) else { return };
    let uris = registered["redirect_uris"].as_array().expect("a list");
    assert!(uris.iter().all(|uri| uri.as_str().is_some_and(|uri| !uri.contains('#'))));
    let again = register(registered.to_string().into_bytes());
    assert_eq!(again, Some(registered), "it is settled");
}

fn register(body: Vec<u8>) -> Option<Value> {
    let answer = ask(post("/oauth/register", "application/json", body));
    if answer.status == StatusCode::CREATED {
        return Some(serde_json::from_str(&answer.body).expect("JSON"));
    }
    refused_as_json(&answer);
    None
}
