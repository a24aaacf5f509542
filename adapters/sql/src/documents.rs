//! What is kept as JSON text: lists, and values that nothing is ever looked up by. The mirrors of
//! the domain's types live here, so that the domain knows no wire format.

pub(crate) mod approval;
pub(crate) mod metadata;
pub(crate) mod request;

use domain::{RedirectUri, ResourceUri};
use serde::{Serialize, de::DeserializeOwned};

use crate::table::Doubt;

/// Writes a document.
pub(crate) fn write(document: &impl Serialize) -> String {
    serde_json::to_string(document).expect("a mirror has nothing that JSON has not")
}

/// Reads a document.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Doubt> {
    Ok(serde_json::from_str(text)?)
}

/// Reads a list of resources.
pub(crate) fn resources(list: Vec<String>) -> Vec<ResourceUri> {
    list.into_iter().map(ResourceUri::restore).collect()
}

/// Reads a list of redirect URIs.
pub(crate) fn redirect_uris(list: Vec<String>) -> Vec<RedirectUri> {
    list.into_iter().map(RedirectUri::restore).collect()
}

/// Writes a list of names or URIs.
pub(crate) fn texts<'a, T: 'a>(
    list: impl IntoIterator<Item = &'a T>,
    text: impl Fn(&T) -> &str,
) -> Vec<String> {
    list.into_iter().map(|item| text(item).to_owned()).collect()
}

/// Reads a list of names that the domain knows.
pub(crate) fn names<T>(
    list: &[String],
    known: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Doubt> {
    list.iter()
        .map(|name| known(name).ok_or_else(|| format!("`{name}` is unknown").into()))
        .collect()
}
