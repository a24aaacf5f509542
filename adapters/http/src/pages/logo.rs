//! What stands for a client on a page.

/// More than any sensible logo needs.
const LIMIT: usize = 64 * 1024;

/// The image types that cannot carry a script.
const SAFE: [&str; 4] = ["png", "jpeg", "gif", "webp"];

/// What stands for a client on a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Logo {
    /// An image that needs no request to anybody but us.
    Image(String),
    /// The first letter of its name.
    Letter(String),
}

/// Picks the logo. An image elsewhere is not shown: its owner would learn who signs in, and when.
pub(super) fn logo(uri: Option<&str>, name: &str) -> Logo {
    match uri {
        Some(uri) if is_inline(uri) => Logo::Image(uri.to_owned()),
        _ => Logo::Letter(initial(name)),
    }
}

fn is_inline(uri: &str) -> bool {
    let typed =
        |kind| uri.strip_prefix("data:image/")?.strip_prefix(kind)?.strip_prefix(";base64,");
    let is_base64 = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'=');
    uri.len() <= LIMIT && SAFE.into_iter().filter_map(typed).any(|data| data.bytes().all(is_base64))
}

fn initial(name: &str) -> String {
    let letter = name.chars().find(|c| c.is_alphanumeric());
    letter.map_or_else(|| "?".to_owned(), |letter| letter.to_uppercase().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_small_inline_bitmap_is_shown() {
        let good = "data:image/png;base64,iVBORw0KGgo=";
        assert_eq!(logo(Some(good), "Notes"), Logo::Image(good.to_owned()));
        let bad = [
            "https://tracker.example/logo.png".to_owned(),
            "data:image/svg+xml;base64,PHN2Zz4=".to_owned(),
            "data:image/png;base64,\"><script>".to_owned(),
            "data:text/html;base64,AAAA".to_owned(),
            format!("{good}{}", "A".repeat(LIMIT)),
        ];
        for uri in bad {
            assert_eq!(logo(Some(&uri), "«notes»"), Logo::Letter("N".to_owned()), "{uri:.40}");
        }
        assert_eq!(logo(None, "…"), Logo::Letter("?".to_owned()));
    }
}
