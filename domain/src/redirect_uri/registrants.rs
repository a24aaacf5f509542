//! Applications that register themselves, recognised by where they are answered.

use url::Url;

use super::is_loopback;

/// An application that registers itself, keeps what it was given, and does not notice when a server has
/// forgotten it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registrant {
    /// Claude on the web, on a desk and on a phone.
    Claude,
    /// Claude Code.
    ClaudeCode,
    /// Cursor.
    Cursor,
    /// mcp-remote, which stands in for applications that cannot sign in themselves.
    McpRemote,
    /// Visual Studio Code.
    VsCode,
}

/// The port at which Visual Studio Code is answered unless something else has it.
const PORT_OF_VS_CODE: u16 = 33418;

impl Registrant {
    /// The application that is probably answered at `redirect_uri`, which need not be one that may be
    /// registered. A guess to help people by: anybody can name any address.
    #[must_use]
    pub fn at(redirect_uri: &str) -> Option<Self> {
        let url = Url::parse(redirect_uri).ok()?;
        match (url.scheme(), url.host_str()) {
            ("cursor" | "cursor-nightly", _) => Some(Self::Cursor),
            ("claude", _) | ("https", Some("claude.ai" | "claude.com")) => Some(Self::Claude),
            ("vscode" | "vscode-insiders", _)
            | ("https", Some("vscode.dev" | "insiders.vscode.dev")) => Some(Self::VsCode),
            ("http", _) if is_loopback(&url) => Self::at_loopback(&url),
            _ => None,
        }
    }

    fn at_loopback(url: &Url) -> Option<Self> {
        if url.port() == Some(PORT_OF_VS_CODE) {
            return Some(Self::VsCode);
        }
        match (url.host_str(), url.path()) {
            (_, "/oauth/callback") => Some(Self::McpRemote),
            (Some("localhost"), "/callback") => Some(Self::ClaudeCode),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_recognised_by_its_host_its_scheme_or_its_way_of_listening() {
        let cases = [
            ("https://claude.ai/api/mcp/auth_callback", Some(Registrant::Claude)),
            ("https://claude.com/api/mcp/auth_callback", Some(Registrant::Claude)),
            ("cursor://anysphere.cursor-mcp/oauth/callback", Some(Registrant::Cursor)),
            ("https://vscode.dev/redirect", Some(Registrant::VsCode)),
            ("http://127.0.0.1:33418/", Some(Registrant::VsCode)),
            ("http://localhost:3334/oauth/callback", Some(Registrant::McpRemote)),
            ("http://localhost:3118/callback", Some(Registrant::ClaudeCode)),
            ("http://127.0.0.1:3118/callback", None),
            ("http://claude.ai/callback", None),
            ("https://claude.ai.evil.example/", None),
            ("https://app.example/oauth/callback", None),
            ("javascript:alert(1)", None),
            ("nonsense", None),
        ];
        for (uri, expected) in cases {
            assert_eq!(Registrant::at(uri), expected, "{uri}");
        }
    }
}
