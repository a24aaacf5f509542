//! Redirect URIs that may be registered, and those that may not.

use super::*;

#[test]
fn what_leads_back_to_an_application_is_accepted() {
    let accepted = [
        ("https://app.example/cb?x=1", RedirectKind::Claimed),
        ("http://localhost/cb", RedirectKind::Loopback),
        ("http://127.0.0.1:1234/", RedirectKind::Loopback),
        ("http://[::1]:1234/cb", RedirectKind::Loopback),
        ("com.example.app:/cb", RedirectKind::PrivateUse),
        ("cursor://anysphere.cursor-retrieval/oauth/callback", RedirectKind::PrivateUse),
    ];
    for (uri, kind) in accepted {
        assert_eq!(RedirectUri::parse(uri).map(|uri| uri.kind()), Ok(kind), "{uri}");
    }
}

#[test]
fn what_could_lead_elsewhere_is_refused() {
    use RefusedRedirectUri as Refused;
    let refused = [
        ("https://app.example/cb#x", Refused::Fragment),
        ("https://app.example/cb#", Refused::Fragment),
        ("https://bank.example@evil.example/", Refused::UserInfo),
        ("https://*.example/", Refused::Wildcard),
        ("http://app.example/cb", Refused::PlainHttp),
        ("http://localhost.evil.example/cb", Refused::PlainHttp),
        ("http://127.0.0.1.evil.example/cb", Refused::PlainHttp),
        ("javascript:alert(1)", Refused::Scheme),
        ("JavaScript://x/%0aalert(1)", Refused::Scheme),
        ("data:text/html,x", Refused::Scheme),
        ("ms-msdt:/id", Refused::Scheme),
        ("search-ms:query=x", Refused::Scheme),
        ("chrome-extension://abc/cb", Refused::Scheme),
        ("smb://files.example/cb", Refused::Scheme),
        ("mhtml:https://evil.example/x", Refused::Scheme),
        ("edge://settings", Refused::Scheme),
        ("search:query", Refused::Scheme),
        ("facetime:ada", Refused::Scheme),
        ("facetime-audio:1", Refused::Scheme),
        ("shortcuts://run-shortcut?name=x", Refused::Scheme),
        ("webcal://evil.example/x", Refused::Scheme),
        ("tel:+1", Refused::Scheme),
        ("sms:+1", Refused::Scheme),
        ("mailto:ada@example.com", Refused::Scheme),
        ("intent://x/cb", Refused::Scheme),
        ("market://details?id=x", Refused::Scheme),
        ("itms-services://?action=download-manifest", Refused::Scheme),
        ("itmss://apps.example/x", Refused::Scheme),
        ("web+notes:x", Refused::Scheme),
        ("localhost:/cb", Refused::Scheme),
        ("/cb", Refused::Malformed),
        ("", Refused::Malformed),
        ("http://127.1/cb", Refused::Malformed),
        ("https:app.example", Refused::Malformed),
        ("http:\\\\localhost/cb", Refused::Malformed),
        ("https://app.example/a b", Refused::Malformed),
        ("https://app.example%C2%AD/cb", Refused::Malformed),
        ("http://localhost%E2%80%8B:1234/cb", Refused::Malformed),
        ("https://bänk.example/", Refused::Malformed),
    ];
    for (uri, reason) in refused {
        assert_eq!(RedirectUri::parse(uri), Err(reason), "{uri}");
    }
}

#[test]
fn a_host_and_a_port_are_no_scheme_and_a_path() {
    let meant = [
        ("localhost:3000/cb", "http://localhost:3000/cb"),
        ("LOCALHOST:3000", "http://LOCALHOST:3000"),
        ("127.0.0.1:3000/cb", "http://127.0.0.1:3000/cb"),
        ("[::1]:3000/cb", "http://[::1]:3000/cb"),
        ("app.example:8443/cb?x", "https://app.example:8443/cb?x"),
    ];
    for (uri, meant) in meant {
        let refused = RedirectUri::parse(uri).expect_err(uri);
        assert_eq!(refused, RefusedRedirectUri::MissingScheme(meant.to_owned()), "{uri}");
        assert!(refused.to_string().contains(meant), "{refused}");
        let stored = RedirectUri::restore(uri.to_owned());
        assert!(!stored.allows(uri), "and is none that was registered before");
    }
}

#[test]
fn a_scheme_without_an_owner_is_told_from_one_that_has_one() {
    let owned = |uri: &str| RedirectUri::parse(uri).expect("fit").has_owner(&["notes".to_owned()]);
    for uri in [
        "com.example.app:/cb",
        "cursor://x/cb",
        "vscode-insiders://x/cb",
        "notes:/cb",
        "NOTES:/cb",
        "https://app.example/cb",
        "http://localhost/cb",
    ] {
        assert!(owned(uri), "{uri}");
    }
    for uri in ["myapp:/cb", "cursorr://x/cb", "app.:/cb"] {
        assert!(!owned(uri), "{uri}");
    }
}

#[test]
fn only_the_port_of_a_loopback_uri_may_differ() {
    let allowed = |registered: &str, requested| {
        RedirectUri::parse(registered).expect("fit to be registered").allows(requested)
    };
    assert!(allowed("http://localhost/cb", "http://localhost:51234/cb"));
    assert!(allowed("http://127.0.0.1:1/cb?a=1", "http://127.0.0.1:65535/cb?a=1"));
    assert!(allowed("http://[::1]/cb", "http://[::1]:9/cb"));
    assert!(!allowed("http://localhost/cb", "http://127.0.0.1/cb"));
    assert!(!allowed("http://localhost/cb", "http://localhost:1/other"));
    assert!(!allowed("http://localhost/cb", "http://localhost:1/cb?x"));
    assert!(!allowed("http://localhost/cb", "https://localhost/cb"));
    assert!(!allowed("http://localhost/cb", "http://localhost:1/cb#x"));
    assert!(!allowed("http://localhost/cb", "http://localhost:x@evil.example/cb"));
    assert!(!allowed("https://app.example/cb", "https://app.example:8443/cb"));
    assert!(!allowed("https://app.example/cb", "https://app.example/cb/"));
    let outdated = "javascript:void(0)";
    assert!(!RedirectUri::restore(outdated.to_owned()).allows(outdated));
}
