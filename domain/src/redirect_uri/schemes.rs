//! Schemes that are no application's own (RFC 8252 §7.1).

/// Schemes that name something other than an application, or that run, read or install what follows.
const NOT_PRIVATE_USE: &[&str] = &[
    "about",
    "android-app",
    "blob",
    "chrome",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "geo",
    "help",
    "intent",
    "itms-services",
    "jar",
    "javascript",
    "jnlp",
    "ldap",
    "ldaps",
    "mailto",
    "market",
    "nfs",
    "rdp",
    "res",
    "resource",
    "sftp",
    "shell",
    "sip",
    "sms",
    "smb",
    "ssh",
    "tel",
    "telnet",
    "tftp",
    "urn",
    "vbscript",
    "view-source",
    "vnc",
    "ws",
    "wss",
];

/// What the schemes of browsers and operating systems begin or end with, such as `ms-msdt`,
/// `search-ms`, `chrome-extension` and `x-apple.systempreferences`.
const OF_A_PLATFORM: [&str; 5] = ["chrome-", "edge-", "microsoft-", "ms-", "x-apple"];
const OF_A_PLATFORM_AT_THE_END: [&str; 2] = ["-ms", "-extension"];

/// Whether a scheme belongs to somebody other than an application.
pub(super) fn is_taken(scheme: &str) -> bool {
    NOT_PRIVATE_USE.contains(&scheme)
        || OF_A_PLATFORM.iter().any(|prefix| scheme.starts_with(prefix))
        || OF_A_PLATFORM_AT_THE_END.iter().any(|suffix| scheme.ends_with(suffix))
}
