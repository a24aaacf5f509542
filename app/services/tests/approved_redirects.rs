//! Redirect URIs that were registered before they were refused.

mod server;

use domain::{
    AuthorizationParams, ErrorCode, OAuthError, RedirectPolicy, RedirectUri, RequestSource, Secret,
};
use ports::inbound::{
    AdministerClients as _, Authorize as _, Begun, Browser, EndSession as _, InteractionFault,
    RegisterClients as _, Registration, SignOut, SignOutRequest,
};
use server::{
    CALLBACK, TestServer, asked, code,
    registrations::{registered, request},
};
use services::{RegistrationGate, UseCases};

/// The use cases of a server in which this alone is approved.
fn approving(server: &TestServer, uri: &str) -> UseCases {
    let approved = vec![RedirectUri::parse(uri).expect("fit")];
    server.with_other(|it| it.settings.redirects = RedirectPolicy::Approved(approved))
}

async fn begin(cases: &UseCases, client: &str, uri: &str) -> Result<Begun, OAuthError> {
    let request = AuthorizationParams {
        client_id: Some(client.to_owned()),
        redirect_uri: Some(uri.to_owned()),
        ..asked("mcp:read")
    };
    let begun = cases.authorize.begin(request, &Browser::default()).await;
    begun.map_err(|fault| match fault {
        InteractionFault::Failed(error) => error,
        other => panic!("another page: {other:?}"),
    })
}

#[tokio::test]
async fn a_client_from_before_the_list_is_answered_only_at_what_is_approved() {
    let server = TestServer::new().await;
    let (id, _, _) = registered(&server.registration(RegistrationGate::Open)).await;
    let elsewhere = approving(&server, "https://approved.example/cb");
    let refused = begin(&elsewhere, id.as_str(), CALLBACK).await.expect_err("told to the person");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    let hint = refused.hint.expect("a reason");
    assert!(hint.contains(CALLBACK) && hint.contains("approved"), "{hint}");
    let here = approving(&server, CALLBACK);
    let begun = begin(&here, id.as_str(), CALLBACK).await;
    assert!(matches!(begun, Ok(Begun::SignIn(_))), "{begun:?}");
}

#[tokio::test]
async fn a_loopback_redirect_uri_is_approved_on_every_port() {
    let server = TestServer::new().await;
    let mut wanted = request();
    wanted.redirect_uris = vec!["http://127.0.0.1:5/cb".to_owned()];
    let clients = server.registration(RegistrationGate::Open);
    let client =
        clients.register(None, wanted, &RequestSource::default()).await.expect("registered");
    let flow = approving(&server, "http://127.0.0.1/cb");
    let begun = begin(&flow, client.client.id.as_str(), "http://127.0.0.1:4242/cb").await;
    assert!(matches!(begun, Ok(Begun::SignIn(_))), "{begun:?}");
}

#[tokio::test]
async fn the_list_does_not_concern_clients_that_an_operator_made() {
    let server = TestServer::new().await;
    let added = server.add_native(CALLBACK).await;
    let elsewhere = approving(&server, "https://approved.example/cb");
    for client in ["web", added.as_str()] {
        let begun = begin(&elsewhere, client, CALLBACK).await;
        assert!(matches!(begun, Ok(Begun::SignIn(_))), "{begun:?}");
    }
}

#[tokio::test]
async fn after_signing_out_nobody_is_sent_to_what_is_not_approved() {
    let server = TestServer::new().await;
    let clients = server.registration(RegistrationGate::Open);
    let mut wanted = request();
    wanted.post_logout_redirect_uris = vec!["https://app.example/bye".to_owned()];
    let client =
        clients.register(None, wanted, &RequestSource::default()).await.expect("registered");
    let leave = async |approved: &str, client: &str| {
        let request = SignOutRequest {
            id_token_hint: None,
            client_id: Some(client.to_owned()),
            post_logout_redirect_uri: Some("https://app.example/bye".to_owned()),
            state: None,
        };
        let cases = approving(&server, approved);
        code(cases.end_session.request(request, &Browser::default()).await)
    };
    let id = client.client.id.as_str();
    let refused = leave("https://approved.example/cb", id).await;
    assert_eq!(refused.err(), Some(ErrorCode::InvalidRequest));
    let allowed = leave(CALLBACK, id).await;
    assert!(matches!(allowed, Ok(SignOut::Done { .. })), "{allowed:?}");
    let configured = leave("https://approved.example/cb", "web").await;
    assert!(matches!(configured, Ok(SignOut::Done { .. })), "{configured:?}");
}

/// A redirect URI on a port of somebody else, to which browsers send the cookies of the server.
const COOKIE_PATH: &str = "http://localhost:4321/oauth/authorize/cb";

#[tokio::test]
async fn nobody_registers_a_redirect_uri_to_which_cookies_of_the_server_go() {
    let server = TestServer::new().await;
    let clients = server.registration(RegistrationGate::Open);
    let (id, _, token) = registered(&clients).await;
    let at = |redirect: &str, post_logout: &[&str]| {
        let mut wanted = request();
        wanted.redirect_uris = vec![redirect.to_owned()];
        wanted.post_logout_redirect_uris = post_logout.iter().map(ToString::to_string).collect();
        wanted
    };
    let origin = RequestSource::default();
    for wanted in [at(COOKIE_PATH, &[]), at(CALLBACK, &[COOKIE_PATH])] {
        let refused = clients.register(None, wanted.clone(), &origin).await.expect_err("refused");
        assert_eq!(refused.code, ErrorCode::InvalidRedirectUri);
        let hint = refused.hint.expect("a reason");
        assert!(hint.contains(COOKIE_PATH) && hint.contains("cookies"), "{hint}");
        let change =
            Registration { client_id: Some(id.clone()), client_secret: None, request: wanted };
        let changed = clients.update(&id, Some(token.clone()), change, &origin).await;
        assert_eq!(code(changed).err(), Some(ErrorCode::InvalidRedirectUri));
    }
    let beside = at("http://localhost:4321/oauth/authorized", &[]);
    assert!(clients.register(None, beside, &origin).await.is_ok());
}

#[tokio::test]
async fn an_operator_adds_no_client_that_is_answered_where_cookies_go() {
    let server = TestServer::new().await;
    let draft = ports::inbound::ClientDraft {
        id: None,
        name: None,
        auth_method: domain::AuthMethod::None,
        grant_types: vec![domain::GrantType::AuthorizationCode],
        redirect_uris: vec![COOKIE_PATH.to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scope: None,
        resources: None,
        id_token_algorithm: None,
    };
    let refused = server.clients.add(draft).await.expect_err("refused").to_string();
    assert!(refused.contains("cookies"), "{refused}");
}

#[tokio::test]
async fn a_closed_registration_is_told_before_the_change_is_read() {
    let server = TestServer::new().await;
    let (id, _, token) = registered(&server.registration(RegistrationGate::Open)).await;
    let (open, closed) = (
        server.registration(RegistrationGate::Open),
        server.registration(RegistrationGate::Closed),
    );
    let origin = RequestSource::default();
    let wrong = Secret::new("wrong");
    assert!(open.admit_change(&id, Some(&token), &origin).await.is_ok());
    for (clients, token, refusal) in [
        (&open, Some(&wrong), ErrorCode::InvalidToken),
        (&open, None, ErrorCode::InvalidToken),
        (&closed, Some(&wrong), ErrorCode::InvalidToken),
        (&closed, Some(&token), ErrorCode::AccessDenied),
    ] {
        assert_eq!(code(clients.admit_change(&id, token, &origin).await), Err(refusal));
    }
}
