//! Requests that are refused, and where the refusal goes.

use super::*;
use crate::{
    ClientLifetimes, ClientMetadata, ClientState, Credential, RegistrationSource, Timestamp,
};

fn client() -> Client {
    let metadata = ClientMetadata {
        redirect_uris: vec![RedirectUri::parse("https://app.example/cb").expect("fit")],
        grant_types: vec![GrantType::AuthorizationCode],
        ..ClientMetadata::default()
    };
    Client {
        id: ClientId::new("web"),
        credential: Credential::Public,
        metadata,
        lifetimes: ClientLifetimes::default(),
        origin: RegistrationSource::Operator,
        created_at: Timestamp::from_unix(0),
        state: ClientState::Active,
    }
}

fn asked() -> AuthorizationParams {
    AuthorizationParams {
        redirect_uri: Some("https://app.example/cb".to_owned()),
        response_type: Some("code".to_owned()),
        code_challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned()),
        code_challenge_method: Some("S256".to_owned()),
        state: Some("s".to_owned()),
        ..AuthorizationParams::default()
    }
}

fn refusal(request: AuthorizationParams) -> ErrorCode {
    let redirectable = request.check_redirect_uri(&client()).expect("its own redirect URI");
    let redirect = redirectable.validate(&client(), &Catalog::default()).expect_err("refused");
    assert_eq!(redirect.to.state.as_deref(), Some("s"));
    redirect.outcome.expect_err("an error").code
}

#[expect(clippy::unnecessary_wraps, reason = "it spells an optional field")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_stranger_is_told_nothing_by_redirect() {
    let stranger = AuthorizationParams { redirect_uri: some("https://evil.example"), ..asked() };
    let unnamed = AuthorizationParams { redirect_uri: None, ..asked() };
    let both = ClientMetadata {
        redirect_uris: ["https://a.example/", "https://b.example/"]
            .map(|uri| RedirectUri::parse(uri).expect("fit"))
            .to_vec(),
        ..ClientMetadata::default()
    };
    let of_both = Client { metadata: both, ..client() };
    for (request, client) in [(stranger, client()), (unnamed, of_both)] {
        assert_eq!(
            request.check_redirect_uri(&client).expect_err("refused"),
            Unredirectable::RedirectUri
        );
    }
    let stopped = Client { state: ClientState::Suspended, ..client() };
    assert_eq!(
        asked().check_redirect_uri(&stopped).expect_err("refused"),
        Unredirectable::Client(AuthenticationError::Suspended)
    );
}

#[test]
fn a_request_without_scope_and_resource_is_accepted() {
    let redirectable = asked().check_redirect_uri(&client()).expect("redirectable");
    let validated = redirectable.validate(&client(), &Catalog::default()).expect("validated");
    assert!(validated.access.scope.is_empty() && validated.access.resources.is_empty());
}

#[test]
fn an_authentication_request_may_ask_for_what_is_not_offered() {
    let asked = AuthorizationParams { scope: some("openid profile address"), ..asked() };
    let redirectable = asked.check_redirect_uri(&client()).expect("redirectable");
    let validated = redirectable.validate(&client(), &Catalog::default()).expect("validated");
    assert_eq!(validated.access.scope.to_string(), "openid profile");
}

#[test]
fn a_state_that_is_too_long_for_the_way_back_is_not_sent_back() {
    let answer = |state: String| {
        let redirectable =
            AuthorizationParams { state: Some(state), ..asked() }.check_redirect_uri(&client());
        redirectable.expect("redirectable").validate(&client(), &Catalog::default())
    };
    for fits in ["a".repeat(2048), "%".repeat(900), "a/b:c@d".repeat(380)] {
        assert!(answer(fits).is_ok());
    }
    for long in ["a".repeat(2800), "%".repeat(1000), "ü".repeat(500)] {
        let redirect = answer(long).expect_err("refused");
        let error = redirect.outcome.expect_err("an error");
        assert_eq!((error.code, redirect.to.state), (ErrorCode::InvalidRequest, None));
        assert!(error.hint.is_some_and(|hint| hint.contains("`state` takes")));
    }
}

#[test]
fn what_is_too_long_is_named() {
    let long = || Some("a".repeat(5000));
    for (request, name) in [
        (AuthorizationParams { nonce: long(), ..asked() }, "nonce"),
        (AuthorizationParams { login_hint: long(), ..asked() }, "login_hint"),
        (AuthorizationParams { scope: long(), ..asked() }, "scope"),
        (AuthorizationParams { resource: vec!["a".repeat(1100); 2], ..asked() }, "resource"),
    ] {
        let redirectable = request.check_redirect_uri(&client()).expect("redirectable");
        let redirect = redirectable.validate(&client(), &Catalog::default()).expect_err("refused");
        let hint = redirect.outcome.expect_err("an error").hint.expect("a hint");
        assert!(hint.contains(&format!("`{name}` is longer than")), "{hint}");
    }
}

#[test]
fn everything_else_is_refused_by_redirect() {
    use ErrorCode as Code;
    let refused = [
        (
            AuthorizationParams { response_type: some("token"), ..asked() },
            Code::UnsupportedResponseType,
        ),
        (AuthorizationParams { response_type: None, ..asked() }, Code::InvalidRequest),
        (AuthorizationParams { response_mode: some("fragment"), ..asked() }, Code::InvalidRequest),
        (AuthorizationParams { code_challenge: None, ..asked() }, Code::InvalidRequest),
        (
            AuthorizationParams { code_challenge_method: some("plain"), ..asked() },
            Code::InvalidRequest,
        ),
        (AuthorizationParams { code_challenge_method: None, ..asked() }, Code::InvalidRequest),
        (AuthorizationParams { scope: some("admin"), ..asked() }, Code::InvalidScope),
        (
            AuthorizationParams { resource: vec!["https://x.example".to_owned()], ..asked() },
            Code::InvalidTarget,
        ),
        (AuthorizationParams { prompt: some("none login"), ..asked() }, Code::InvalidRequest),
        (AuthorizationParams { prompt: some("dance"), ..asked() }, Code::InvalidRequest),
        (AuthorizationParams { max_age: some("-1"), ..asked() }, Code::InvalidRequest),
        (AuthorizationParams { repeated: some("scope"), ..asked() }, Code::InvalidRequest),
        (AuthorizationParams { request: some("e30."), ..asked() }, Code::RequestNotSupported),
        (
            AuthorizationParams { request_uri: some("urn:x"), ..asked() },
            Code::RequestUriNotSupported,
        ),
    ];
    for (request, code) in refused {
        assert_eq!(refusal(request.clone()), code, "{request:?}");
    }
}
