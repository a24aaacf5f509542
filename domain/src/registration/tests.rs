//! Registrations that are accepted, narrowed or refused.

use super::*;

fn policy() -> RegistrationPolicy {
    RegistrationPolicy {
        grant_types: GrantType::ALL.to_vec(),
        redirects: RedirectPolicy::Any,
        id_token_algorithm: Some(Algorithm::Rs256),
        mistrusts_pages_beside: None,
        issuer: None,
    }
}

fn request(uri: &str) -> RegistrationRequest {
    RegistrationRequest { redirect_uris: vec![uri.to_owned()], ..RegistrationRequest::default() }
}

fn refused(request: RegistrationRequest) -> ErrorCode {
    request.check(&policy()).expect_err("refused").code
}

#[test]
fn the_defaults_are_those_of_the_rfc() {
    let got = request("https://app.example/cb").check(&policy()).expect("accepted");
    assert_eq!(got.auth_method, AuthMethod::ClientSecretBasic);
    assert_eq!(got.metadata.grant_types, [GrantType::AuthorizationCode, GrantType::RefreshToken]);
}

#[test]
fn redirect_uris_have_their_own_error() {
    for uri in [
        "http://localhost.evil.example/",
        "javascript:x",
        "https://a.example/#f",
        "https://*.example/",
    ] {
        assert_eq!(refused(request(uri)), ErrorCode::InvalidRedirectUri, "{uri}");
    }
    assert_eq!(refused(RegistrationRequest::default()), ErrorCode::InvalidRedirectUri);
}

#[test]
fn a_web_application_has_no_scheme_of_its_own() {
    let typed = |kind: &str| RegistrationRequest {
        application_type: Some(kind.to_owned()),
        ..request("com.example.app:/cb")
    };
    assert_eq!(refused(typed("web")), ErrorCode::InvalidRedirectUri);
    assert!(typed("native").check(&policy()).is_ok());
}

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[test]
fn a_registration_of_which_nothing_usable_is_left_is_refused() {
    let base = || request("https://app.example/cb");
    let refusals = [
        RegistrationRequest { grant_types: Some(list(&["password"])), ..base() },
        RegistrationRequest { grant_types: Some(list(&["implicit", "refresh_token"])), ..base() },
        RegistrationRequest { response_types: Some(list(&["token", "id_token"])), ..base() },
        RegistrationRequest {
            token_endpoint_auth_method: Some("none".to_owned()),
            grant_types: Some(list(&["client_credentials"])),
            ..base()
        },
    ];
    for request in refusals {
        assert_eq!(refused(request), ErrorCode::InvalidClientMetadata);
    }
}

/// RFC 7591 §3.2.1, with the lists that clients in use send.
#[test]
fn what_is_not_known_is_left_out_and_the_rest_is_registered() {
    use GrantType::{AuthorizationCode, ClientCredentials, RefreshToken};
    const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
    const ASSERTION: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    let by_code: &[_] = &[AuthorizationCode, RefreshToken];
    let lists: [(&[&str], &str, &[GrantType]); 5] = [
        (&["authorization_code", "refresh_token", DEVICE], "none", by_code),
        (&["authorization_code", "refresh_token", ASSERTION], "none", by_code),
        (&["authorization_code", "implicit", "password"], "none", &[AuthorizationCode]),
        (&["authorization_code", "client_credentials"], "none", &[AuthorizationCode]),
        (&["client_credentials", ASSERTION], "client_secret_post", &[ClientCredentials]),
    ];
    for (asked, method, got) in lists {
        let request = RegistrationRequest {
            grant_types: Some(list(asked)),
            response_types: Some(list(&["code", "code id_token"])),
            application_type: Some("browser".to_owned()),
            token_endpoint_auth_method: Some(method.to_owned()),
            ..request("http://127.0.0.1/callback")
        };
        let registered = request.check(&policy()).expect("registered").metadata;
        assert_eq!(registered.grant_types, got, "{asked:?}");
        assert_eq!(registered.application_type, None);
    }
}

#[test]
fn a_method_that_is_not_offered_gives_way_to_one_of_the_choices_or_to_the_default() {
    let assigned = |asked: Option<&str>, choices: &[&str]| {
        let request = RegistrationRequest {
            token_endpoint_auth_method: asked.map(str::to_owned),
            token_endpoint_auth_methods_supported: list(choices),
            ..request("https://app.example/cb")
        };
        request.check(&policy()).expect("registered").auth_method
    };
    assert_eq!(assigned(Some("private_key_jwt"), &[]), AuthMethod::ClientSecretBasic);
    assert_eq!(assigned(Some("private_key_jwt"), &["private_key_jwt", "none"]), AuthMethod::None);
    assert_eq!(assigned(None, &["none", "private_key_jwt"]), AuthMethod::None);
    let own = assigned(Some("client_secret_post"), &["none"]);
    assert_eq!(own, AuthMethod::ClientSecretPost);
}

#[test]
fn members_that_hold_only_blanks_count_as_absent() {
    let some = |text: &str| Some(text.to_owned());
    let request = RegistrationRequest {
        redirect_uris: vec!["https://app.example/cb".to_owned(), String::new()],
        post_logout_redirect_uris: vec![" ".to_owned()],
        scope: some(""),
        token_endpoint_auth_method: some(""),
        described: DescriptiveMetadata {
            client_name: some(" "),
            client_uri: some(""),
            logo_uri: some(""),
            contacts: vec![String::new()],
            ..DescriptiveMetadata::default()
        },
        ..RegistrationRequest::default()
    };
    let got = request.without_blanks().check(&policy()).expect("registered");
    let bare = self::request("https://app.example/cb").check(&policy()).expect("registered");
    assert_eq!(got, bare);
}

#[test]
fn a_private_use_scheme_without_an_owner_is_not_for_clients_that_register_themselves() {
    let redirects = RedirectPolicy::Owned { schemes: vec!["notes".to_owned()] };
    let policy = RegistrationPolicy { redirects, ..policy() };
    for owned in ["com.example.app:/cb", "cursor://x/cb", "notes:/cb"] {
        assert!(request(owned).check(&policy).is_ok(), "{owned}");
    }
    let refused = request("myapp:/cb").check(&policy).expect_err("anybody could claim it");
    assert_eq!(refused.code, ErrorCode::InvalidRedirectUri);
    let hint = refused.hint.expect("a hint");
    assert!(hint.contains("`registration.private_use_schemes`"), "{hint}");
}

#[test]
fn an_approved_list_closes_everything_else() {
    let approved = vec![RedirectUri::parse("http://localhost/cb").expect("fit")];
    let policy = RegistrationPolicy { redirects: RedirectPolicy::Approved(approved), ..policy() };
    assert!(request("http://localhost:4321/cb").check(&policy).is_ok());
    let sent_to = |post_logout: &str| {
        let post_logout_redirect_uris = vec![post_logout.to_owned()];
        RegistrationRequest { post_logout_redirect_uris, ..request("http://localhost/cb") }
    };
    assert!(sent_to("http://localhost:99/bye").check(&policy).is_ok());
    for stranger in [
        request("https://app.example/cb"),
        sent_to("https://evil.example/"),
        sent_to("http://127.0.0.1/bye"),
    ] {
        let refused = stranger.check(&policy).expect_err("not approved");
        assert_eq!(refused.code, ErrorCode::InvalidRedirectUri);
    }
}

#[test]
fn a_page_elsewhere_registers_nothing_that_needs_no_person() {
    let home = "http://localhost:9000";
    let policy = RegistrationPolicy { mistrusts_pages_beside: Some(home.to_owned()), ..policy() };
    let by = |page: Option<&str>, grant: &str| {
        let request = RegistrationRequest {
            page: page.map(str::to_owned),
            grant_types: Some(vec![grant.to_owned()]),
            ..request("http://localhost/cb")
        };
        request.check(&policy).map_err(|error| error.code).map(|_| ())
    };
    for page in [Some("https://evil.example"), Some("null"), Some("http://localhost:9001")] {
        assert_eq!(by(page, "client_credentials"), Err(ErrorCode::InvalidClientMetadata));
        assert_eq!(by(page, "authorization_code"), Ok(()));
    }
    for trusted in [None, Some(home)] {
        assert_eq!(by(trusted, "client_credentials"), Ok(()));
    }
}

#[test]
fn the_algorithm_of_id_tokens_is_the_clients_and_another_is_assigned_for_one_not_offered() {
    let table = [
        (None, Algorithm::Rs256),
        (Some("RS256"), Algorithm::Rs256),
        (Some("ES256"), Algorithm::Es256),
        (Some("PS256"), Algorithm::Rs256),
        (Some("none"), Algorithm::Rs256),
        (Some(""), Algorithm::Rs256),
    ];
    for (asked, assigned) in table {
        let request = RegistrationRequest {
            id_token_signed_response_alg: asked.map(str::to_owned),
            ..request("https://app.example/cb")
        };
        let got = request.check(&policy()).expect("registered");
        assert_eq!(got.metadata.id_token_algorithm, Some(assigned), "{asked:?}");
    }
}

#[test]
fn texts_are_registered_without_what_cannot_be_seen() {
    let with = |described| RegistrationRequest { described, ..request("https://app.example/cb") };
    let text = |text: &str| Some(text.to_owned());
    let described = DescriptiveMetadata {
        client_name: text("Clau\u{3164}de\u{61c} \u{2800}\n3\0"),
        software_id: text("\u{200b}"),
        contacts: vec!["ada\u{feff}@app.example".to_owned(), "\u{3164}".to_owned()],
        ..DescriptiveMetadata::default()
    };
    let got = with(described).check(&policy()).expect("accepted").metadata;
    assert_eq!(got.client_name.as_deref(), Some("Claude 3"));
    assert_eq!((got.software_id, got.contacts), (None, vec!["ada@app.example".to_owned()]));
    let long = DescriptiveMetadata {
        client_name: Some("n".repeat(201)),
        ..DescriptiveMetadata::default()
    };
    assert_eq!(refused(with(long)), ErrorCode::InvalidClientMetadata);
}
