//! Events that nobody here vouches for: however many there are, the record stays bounded.

mod server;

use std::{sync::Arc, time::Duration};

use domain::{
    Action, Actor, Client, ClientCredentials, ClientId, GrantType, MachineAccess, OAuthError,
    RegistrationRequest, RequestSource, RequestedAccess, ResourceUri, SecretMethod,
    StrangersBounds,
};
use ports::{
    inbound::{
        IssueTokens as _, PresentedGrant, RegisterClients as _, Registered, Revoke as _,
        TokenRequest, TokenSet,
    },
    outbound::Store,
};
use server::{RESOURCE, TestServer, registrations::request, scope};
use services::{BoundedAudit, Context, IssueTokens, RegisterClients, RegistrationGate};

const BOUNDS: StrangersBounds =
    StrangersBounds { per_source: 5, in_all: 50, window: Duration::from_hours(1) };

fn from(last: u8) -> RequestSource {
    RequestSource { address: Some([192, 0, 2, last].into()), trace: None }
}

fn bounded(server: &TestServer) -> (Arc<BoundedAudit>, Context) {
    let audit = Arc::new(BoundedAudit::new(server.memory.clone(), BOUNDS, server.clock.clone()));
    let context = Context { audit: audit.clone(), ..server.foundation.context.clone() };
    (audit, context)
}

fn number(server: &TestServer, action: Action) -> usize {
    server.memory.events().iter().filter(|event| event.action == action).count()
}

/// A server on which clients that registered themselves may have tokens without a person.
async fn with_machines() -> TestServer {
    let access = MachineAccess {
        grant_types: vec![GrantType::ClientCredentials],
        targets: vec![ResourceUri::parse(RESOURCE).ok()],
        scope: scope("mcp:read"),
    };
    TestServer::with(Some(access)).await
}

/// A client that registers itself, for tokens without a person.
async fn machine(clients: &RegisterClients) -> ClientCredentials {
    let request = RegistrationRequest {
        grant_types: Some(vec!["client_credentials".to_owned()]),
        redirect_uris: Vec::new(),
        ..request()
    };
    let Registered { client, client_secret, .. } =
        clients.register(None, request, &from(1)).await.expect("registered");
    let secret = client_secret.map(|secret| (SecretMethod::Basic, secret));
    ClientCredentials { client: client.id, secret }
}

fn machine_grant() -> PresentedGrant {
    let resource = vec![RESOURCE.to_owned()];
    PresentedGrant::ClientCredentials { wanted: RequestedAccess { scope: None, resource } }
}

#[tokio::test]
async fn a_flood_of_registrations_leaves_a_few_events_and_their_number() {
    let server = TestServer::new().await;
    let (audit, context) = bounded(&server);
    let clients = RegisterClients { context, ..server.registration(RegistrationGate::Open) };
    for _ in 0..100 {
        clients.register(None, request(), &from(1)).await.expect("registered");
    }
    assert_eq!(number(&server, Action::ClientRegistered), 5);
    audit.close().await.expect("summed up");
    let last = server.memory.events().pop().expect("a summary");
    let detail = last.detail.as_deref();
    assert_eq!(detail, Some("95 more of `client.registered` from this source within 0 s"));
}

#[tokio::test]
async fn tokens_of_clients_that_registered_themselves_leave_a_bounded_number_of_events() {
    let server = with_machines().await;
    let (_, context) = bounded(&server);
    let client = machine(&server.registration(RegistrationGate::Open)).await;
    let tokens = server.with_other(|it| it.context = context).issue_tokens;
    for _ in 0..100 {
        issue(&tokens, client.clone()).await.expect("a token");
    }
    assert_eq!(number(&server, Action::TokenIssued), 5);
    for _ in 0..100 {
        let api = server::presented("api");
        issue(&tokens, api).await.expect("a token");
    }
    assert_eq!(number(&server, Action::TokenIssued), 105, "an operator has added this one");
}

async fn issue(tokens: &IssueTokens, client: ClientCredentials) -> Result<TokenSet, OAuthError> {
    let (grant, origin) = (machine_grant(), from(1));
    tokens.issue(TokenRequest { client, grant, origin }).await
}

#[tokio::test]
async fn a_client_that_only_had_tokens_for_itself_goes_when_nobody_uses_it_any_more() {
    const DAY: i64 = 24 * 60 * 60;
    let server = with_machines().await;
    let client = machine(&server.registration(RegistrationGate::Open)).await;
    let unused = server.unused_clients(10_000);
    for _ in 0..40 {
        let issued = issue(&server.tokens, client.clone()).await;
        issued.expect("in use");
        server.clock.advance(10 * DAY);
        assert_eq!(unused.forget().await.expect("looked"), 0, "its use keeps it");
    }
    server.clock.advance(171 * DAY + 1);
    assert_eq!(unused.forget().await.expect("forgotten"), 1);
    server.maintenance().forget_all().await.expect("read again");
    let refused = issue(&server.tokens, client).await;
    assert!(refused.is_err(), "it can register anew");
}

#[tokio::test]
async fn many_tokens_cost_the_client_one_row_a_day() {
    let server = with_machines().await;
    let client = machine(&server.registration(RegistrationGate::Open)).await;
    let revision = async |id: &ClientId| {
        Store::<Client>::find(server.memory.as_ref(), id)
            .await
            .expect("answers")
            .expect("kept")
            .revision
    };
    let again = async || {
        let issued = issue(&server.tokens, client.clone()).await;
        issued.expect("a token");
    };
    again().await;
    let first = revision(&client.client).await;
    for _ in 0..100 {
        again().await;
    }
    assert_eq!(revision(&client.client).await, first);
    server.clock.advance(24 * 60 * 60);
    again().await;
    assert_ne!(revision(&client.client).await, first);
}

#[tokio::test]
async fn a_token_that_is_revoked_again_and_again_leaves_one_event() {
    let server = with_machines().await;
    let client = machine(&server.registration(RegistrationGate::Open)).await;
    let token = issue(&server.tokens, client.clone()).await.expect("a token").access_token;
    for _ in 0..20 {
        let revoked = server.revoke.revoke(client.clone(), token.clone(), &from(1)).await;
        revoked.expect("answered");
    }
    let events = server.memory.events();
    let revoked: Vec<_> = events.iter().filter(|it| it.action == Action::TokenRevoked).collect();
    assert_eq!(revoked.len(), 1);
    assert_eq!(revoked[0].actor, Actor::SelfRegistered);
}
