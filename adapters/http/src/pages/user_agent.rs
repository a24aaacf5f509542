//! The display names of browsers.

use domain::legible;

/// The greatest length of an unknown `User-Agent` that is shown, in characters.
const LONGEST: usize = 60;

/// Parts of a `User-Agent`, with the name of the browser. Most browsers claim to be others as well,
/// so the order matters.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

/// The display name of the browser that sent `user_agent`.
pub(super) fn describe(user_agent: Option<&str>) -> String {
    let user_agent = user_agent.unwrap_or_default();
    let find = |table: &[(&str, &'static str)]| {
        table.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("A browser on {system}"),
        (None, None) => {
            let shown: String = legible(user_agent).chars().take(LONGEST).collect();
            if shown.is_empty() { "An unknown browser".to_owned() } else { shown }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn browsers_that_claim_to_be_others_are_told_apart() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                      Chrome/140.0.0.0 Safari/537.36";
        assert_eq!(describe(Some(chrome)), "Chrome on Linux");
        assert_eq!(describe(Some(&format!("{chrome} Edg/140.0"))), "Edge on Linux");
        let safari =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604";
        assert_eq!(describe(Some(safari)), "Safari on iPhone");
        assert_eq!(describe(Some("headless/1")), "headless/1");
        assert_eq!(describe(None), "An unknown browser");
        assert_eq!(describe(Some("\u{202e}\u{200b}")), "An unknown browser");
        assert_eq!(describe(Some(&"x".repeat(300))), "x".repeat(60));
    }
}
