//! Schemes that are no application's own (RFC 8252 §7.1).

/// Schemes that name something other than an application, that run, read or install what follows, or
/// that belong to a platform's own applications.
const NOT_PRIVATE_USE: &[&str] = &[
    "about",
    "acap",
    "addressbook",
    "admin",
    "afp",
    "android-app",
    "app-prefs",
    "app-settings",
    "applescript",
    "apt",
    "bingmaps",
    "blob",
    "brave",
    "calculator",
    "callto",
    "calshow",
    "chrome",
    "cid",
    "cifs",
    "com-apple-helpviewer",
    "contact",
    "content",
    "data",
    "dav",
    "davs",
    "dict",
    "dns",
    "doi",
    "edge",
    "explorer",
    "facetime",
    "fax",
    "feed",
    "feeds",
    "file",
    "filesystem",
    "findmy",
    "firefox",
    "fish",
    "fmip1",
    "ftp",
    "ftps",
    "geo",
    "ghelp",
    "googlechrome",
    "googlechromes",
    "gopher",
    "help",
    "ibooks",
    "icloud",
    "im",
    "imap",
    "imessage",
    "info",
    "intent",
    "irc",
    "irc6",
    "ircs",
    "itms",
    "itmss",
    "jar",
    "javascript",
    "jnlp",
    "ldap",
    "ldaps",
    "livescript",
    "localhost",
    "magnet",
    "mailbox",
    "mailto",
    "man",
    "map",
    "maps",
    "market",
    "matrix",
    "message",
    "mhtml",
    "mid",
    "mk",
    "mms",
    "mmsto",
    "mobilenotes",
    "mocha",
    "modem",
    "music",
    "musics",
    "news",
    "nfs",
    "nntp",
    "onenote",
    "opensearch",
    "opera",
    "package",
    "photos",
    "pop",
    "prefs",
    "rdp",
    "res",
    "resource",
    "rlogin",
    "rtsp",
    "search",
    "sftp",
    "shell",
    "shortcuts",
    "sip",
    "sips",
    "smb",
    "sms",
    "smsto",
    "snap",
    "snmp",
    "spotlight",
    "ssh",
    "svn",
    "tel",
    "telnet",
    "tftp",
    "tn3270",
    "trash",
    "tv",
    "urn",
    "ussd",
    "uuid",
    "vbscript",
    "videos",
    "view-source",
    "vivaldi",
    "vnc",
    "voicemail",
    "wais",
    "webcal",
    "webcals",
    "wifi",
    "windows",
    "workflow",
    "ws",
    "wss",
    "wtai",
    "wyciwyg",
    "xmpp",
];

/// The beginnings of schemes of browsers and operating systems, such as `ms-msdt`,
/// `chrome-extension`, `itms-services` and `x-apple.systempreferences`; and `web+`, which any web page
/// may claim (HTML §8.3).
const OF_A_PLATFORM: &[&str] = &[
    "android-",
    "chrome-",
    "edge-",
    "facetime-",
    "http+",
    "https+",
    "itms-",
    "microsoft-",
    "microsoft.",
    "moz-",
    "ms-",
    "safari-",
    "web+",
    "windows.",
    "x-apple",
    "x-web-search",
];
/// The endings of such schemes, such as `search-ms`.
const OF_A_PLATFORM_AT_THE_END: [&str; 2] = ["-ms", "-extension"];

/// Whether a scheme, in lower case, belongs to somebody other than an application.
pub(super) fn is_taken(scheme: &str) -> bool {
    NOT_PRIVATE_USE.contains(&scheme)
        || OF_A_PLATFORM.iter().any(|prefix| scheme.starts_with(prefix))
        || OF_A_PLATFORM_AT_THE_END.iter().any(|suffix| scheme.ends_with(suffix))
}

/// Whether a scheme, in lower case, is a domain name in reverse: it has a period, and a label on either
/// side of each (RFC 8252 §7.1).
pub(super) fn is_reversed_domain(scheme: &str) -> bool {
    scheme.contains('.') && scheme.split('.').all(|label| !label.is_empty())
}

/// The URI that was probably meant by a host and a port, which would be read as a scheme and a
/// path.
pub(super) fn without_scheme(raw: &str) -> Option<String> {
    const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
    let follows_port = |rest: &str| {
        let port = rest.strip_prefix(':').unwrap_or_default();
        let end = port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len());
        end > 0 && (port[end..].is_empty() || port[end..].starts_with(['/', '?']))
    };
    let of_host =
        |host: &str| raw.get(..host.len()).filter(|start| start.eq_ignore_ascii_case(host));
    if HERE.iter().filter_map(|host| of_host(host)).any(|host| follows_port(&raw[host.len()..])) {
        return Some(format!("http://{raw}"));
    }
    let host = &raw[..raw.find(':')?];
    (is_reversed_domain(host) && follows_port(&raw[host.len()..])).then(|| format!("https://{raw}"))
}
