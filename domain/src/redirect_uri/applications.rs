//! Applications that are known to claim a private-use scheme (RFC 8252 §7.1) that is no reversed domain
//! name.

/// Schemes, and what people call the application that claims each.
const KNOWN: &[(&str, &str)] = &[
    ("chatgpt", "ChatGPT"),
    ("claude", "Claude"),
    ("code-oss", "Code - OSS"),
    ("cursor", "Cursor"),
    ("cursor-nightly", "Cursor Nightly"),
    ("goose", "Goose"),
    ("insomnia", "Insomnia"),
    ("jan", "Jan"),
    ("jetbrains", "JetBrains Toolbox"),
    ("kiro", "Kiro"),
    ("lmstudio", "LM Studio"),
    ("obsidian", "Obsidian"),
    ("opencode", "OpenCode"),
    ("perplexity", "Perplexity"),
    ("positron", "Positron"),
    ("postman", "Postman"),
    ("raycast", "Raycast"),
    ("trae", "Trae"),
    ("vscode", "Visual Studio Code"),
    ("vscode-insiders", "Visual Studio Code Insiders"),
    ("vscodium", "VSCodium"),
    ("warp", "Warp"),
    ("windsurf", "Windsurf"),
    ("windsurf-next", "Windsurf Next"),
    ("zed", "Zed"),
];

/// The schemes.
pub(super) fn schemes() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|(scheme, _)| *scheme)
}

/// The name of the application that claims a scheme, which must be in lower case.
pub(super) fn name(scheme: &str) -> Option<&'static str> {
    KNOWN.iter().find(|(known, _)| *known == scheme).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RedirectUri;

    #[test]
    fn a_known_scheme_has_a_name_for_people_and_others_have_none() {
        let called = |raw: &str| RedirectUri::parse(raw).expect("fit").application();
        assert_eq!(called("cursor://anysphere.cursor-retrieval/oauth/callback"), Some("Cursor"));
        assert_eq!(called("CURSOR://anysphere.cursor-retrieval/oauth/callback"), Some("Cursor"));
        assert_eq!(called("com.example.app:/cb"), None);
        assert_eq!(called("https://cursor.example/cb"), None);
    }

    #[test]
    fn the_list_is_in_order_and_may_be_registered() {
        assert!(KNOWN.is_sorted_by(|a, b| a.0 < b.0));
        for (scheme, _) in KNOWN {
            assert!(RedirectUri::parse(&format!("{scheme}://cb")).is_ok(), "{scheme}");
        }
    }
}
