//! Values that every store keeps as JSON text: those that nothing is ever looked up by. The mirrors of the
//! domain's types live here, once for all stores, so that the domain knows no wire format.

pub mod grant;
pub mod interaction;
pub mod metadata;
pub mod request;
mod sealed;

use std::error::Error;

use domain::{RedirectUri, ResourceUri};
use serde::{Serialize, de::DeserializeOwned};

pub use self::sealed::SealedRequests;

/// The reason why a document cannot be read.
pub type Malformed = Box<dyn Error + Send + Sync>;

/// Writes a document.
///
/// # Panics
///
/// Never: a mirror has nothing that JSON has not.
#[must_use]
pub fn write(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("a mirror has nothing that JSON has not")
}

/// Reads a document.
///
/// # Errors
///
/// [`Malformed`].
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Malformed> {
    Ok(serde_json::from_str(text)?)
}

/// Reads a list of resources.
fn resources(list: Vec<String>) -> Vec<ResourceUri> {
    list.into_iter().map(ResourceUri::restore).collect()
}

/// Reads a list of redirect URIs.
pub(crate) fn redirect_uris(list: Vec<String>) -> Vec<RedirectUri> {
    list.into_iter().map(RedirectUri::restore).collect()
}

/// Writes a list of names or URIs.
fn texts<'a, T: 'a>(
    list: impl IntoIterator<Item = &'a T>,
    text: impl Fn(&T) -> &str,
) -> Vec<String> {
    list.into_iter().map(|item| text(item).to_owned()).collect()
}

/// Reads a list of names that the domain knows.
fn names<T>(list: &[String], known: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, Malformed> {
    list.iter()
        .map(|name| known(name).ok_or_else(|| format!("`{name}` is unknown").into()))
        .collect()
}
