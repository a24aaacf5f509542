//! Clients on the host of an issuer that is reached by https: browsers send its cookies there.

mod server;

use domain::{
    AuthorizationParams, ErrorCode, Issuer, OAuthError, RedirectPolicy, RegistrationRequest,
    RequestSource,
};
use ports::inbound::{
    AdministerClients as _, Authorize as _, Begun, Browser, EndSession as _, InteractionFault,
    RegisterClients as _, Registration, SignOut, SignOutRequest,
};
use server::{
    CALLBACK, TestServer, asked, code,
    registrations::{registered, request},
};
use services::{AdministerClients, RegisterClients, RegistrationGate, UseCases};

/// A place on the host of [`issuer`], on a port of somebody else's.
const BESIDE: &str = "https://auth.example:8443/app/cb";

fn issuer() -> Issuer {
    Issuer::parse("https://auth.example").expect("https")
}

/// The use cases of the server under that issuer.
fn front(server: &TestServer) -> UseCases {
    server.with_other(|it| it.settings.issuer = issuer())
}

/// Its registration, for whatever a client that nobody has checked may have.
fn registration(server: &TestServer) -> RegisterClients {
    let mut clients = server.registration(RegistrationGate::Open);
    clients.policy.issuer = Some(issuer());
    clients.policy.redirects = RedirectPolicy::Owned { schemes: Vec::new() };
    clients
}

fn at(redirect: &str, post_logout: &[&str]) -> RegistrationRequest {
    RegistrationRequest {
        redirect_uris: vec![redirect.to_owned()],
        post_logout_redirect_uris: post_logout.iter().map(ToString::to_string).collect(),
        ..request()
    }
}

async fn begin(front: UseCases, client: &str) -> Result<Begun, OAuthError> {
    let request = AuthorizationParams {
        client_id: Some(client.to_owned()),
        redirect_uri: Some(BESIDE.to_owned()),
        ..asked("mcp:read")
    };
    let begun = front.authorize.begin(request, &Browser::default()).await;
    begun.map_err(|fault| match fault {
        InteractionFault::Failed(error) => error,
        other => panic!("another page: {other:?}"),
    })
}

async fn leave(front: UseCases, client: &str) -> Result<SignOut, ErrorCode> {
    let request = SignOutRequest {
        id_token_hint: None,
        client_id: Some(client.to_owned()),
        post_logout_redirect_uri: Some(BESIDE.to_owned()),
        state: None,
    };
    code(front.end_session.request(request, &Browser::default()).await)
}

#[tokio::test]
async fn no_client_registers_itself_or_moves_to_the_host_of_the_issuer() {
    let server = TestServer::new().await;
    let clients = registration(&server);
    let (id, _, token) = registered(&clients).await;
    let origin = RequestSource::default();
    for wanted in [at(BESIDE, &[]), at(CALLBACK, &[BESIDE])] {
        let refused = clients.register(None, wanted.clone(), &origin).await.expect_err("refused");
        assert_eq!(refused.code, ErrorCode::InvalidRedirectUri);
        let hint = refused.hint.expect("a reason");
        assert!(hint.contains(BESIDE) && hint.contains("cookies"), "{hint}");
        let change =
            Registration { client_id: Some(id.clone()), client_secret: None, request: wanted };
        let changed = clients.update(&id, Some(token.clone()), change, &origin).await;
        assert_eq!(code(changed).err(), Some(ErrorCode::InvalidRedirectUri));
    }
}

#[tokio::test]
async fn no_browser_is_sent_there_for_a_client_that_registered_before_that_was_refused() {
    let server = TestServer::new().await;
    let before = server.registration(RegistrationGate::Open);
    let client = before.register(None, at(BESIDE, &[BESIDE]), &RequestSource::default()).await;
    let id = client.expect("registered").client.id;
    let refused = begin(front(&server), id.as_str()).await.expect_err("told to the person");
    assert_eq!(refused.code, ErrorCode::InvalidRequest);
    let hint = refused.hint.expect("a reason");
    assert!(hint.contains(BESIDE) && hint.contains("cookies"), "{hint}");
    let left = leave(front(&server), id.as_str()).await;
    assert_eq!(left.err(), Some(ErrorCode::InvalidRequest));
}

#[tokio::test]
async fn an_operator_may_put_a_client_there() {
    let server = TestServer::new().await;
    let clients = AdministerClients {
        known: server.clients.known.clone(),
        revocations: server.clients.revocations.clone(),
        clients: server.memory.clone(),
        suspensions: server.memory.clone(),
        issuer: issuer(),
        grants: server.clients.grants.clone(),
        context: server.clients.context.clone(),
    };
    let draft = ports::inbound::ClientDraft {
        id: None,
        name: None,
        auth_method: domain::AuthMethod::None,
        grant_types: vec![domain::GrantType::AuthorizationCode],
        redirect_uris: vec![BESIDE.to_owned()],
        post_logout_redirect_uris: vec![BESIDE.to_owned()],
        scope: None,
        resources: None,
        id_token_algorithm: None,
    };
    let added = clients.add(draft).await.expect("added").client;
    let begun = begin(front(&server), added.id.as_str()).await;
    assert!(matches!(begun, Ok(Begun::SignIn(_))), "{begun:?}");
    let left = leave(front(&server), added.id.as_str()).await;
    assert!(matches!(left, Ok(SignOut::Done { .. })), "{left:?}");
}
