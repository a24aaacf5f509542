//! What may be registered, and what not.

use super::*;

fn policy() -> RegistrationPolicy {
    RegistrationPolicy {
        grant_types: GrantType::ALL.to_vec(),
        redirects: RedirectPolicy::Any,
        id_token_algorithm: Some(Algorithm::Rs256),
        mistrusts_pages_beside: None,
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

#[test]
fn what_is_not_offered_cannot_be_registered() {
    let base = || request("https://app.example/cb");
    let list = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect());
    let refusals = [
        RegistrationRequest { grant_types: list(&["password"]), ..base() },
        RegistrationRequest { response_types: list(&["token"]), ..base() },
        RegistrationRequest {
            response_types: list(&["code"]),
            grant_types: list(&["client_credentials"]),
            ..base()
        },
        RegistrationRequest {
            token_endpoint_auth_method: Some("private_key_jwt".to_owned()),
            ..base()
        },
        RegistrationRequest {
            token_endpoint_auth_method: Some("none".to_owned()),
            grant_types: list(&["client_credentials"]),
            ..base()
        },
    ];
    for request in refusals {
        assert_eq!(refused(request), ErrorCode::InvalidClientMetadata);
    }
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
