//! Values that a stranger writes and the domain reads.

pub(crate) mod people;
pub(crate) mod uris;
pub(crate) mod words;

/// The input as two lines of text; the same line twice if it has but one.
fn two_lines(data: &[u8]) -> Option<(&str, &str)> {
    let text = str::from_utf8(data).ok()?;
    Some(text.split_once('\n').unwrap_or((text, text)))
}
