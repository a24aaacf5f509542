//! Clients that register and manage themselves.

mod server;

use domain::{
    AuthMethod, ClientCredentials, ClientId, DescriptiveMetadata, ErrorCode, GrantType,
    MachineAccess, RegistrationRequest, RequestSource, RequestedAccess, ResourceUri, Scope, Secret,
    SecretMethod,
};
use ports::inbound::{
    AdministerClients as _, AdministerUsers as _, PresentedGrant, RegisterClients as _,
    Registration,
};
use ports::outbound::{Consents, Housekeeping as _, Page, PurgeBefore};
use server::{
    RESOURCE, TestServer, code,
    registrations::{allowed, registered, request},
};
use services::{RegisterClients, RegistrationGate};

fn register(server: &TestServer, gate: RegistrationGate) -> RegisterClients {
    server.registration(gate)
}

/// A client that registered itself for everything, and how it presents itself.
async fn machine(server: &TestServer) -> ClientCredentials {
    let request = RegistrationRequest {
        grant_types: Some(GrantType::ALL.iter().map(|it| it.as_str().to_owned()).collect()),
        ..request()
    };
    let registered = register(server, RegistrationGate::Open)
        .register(None, request, &RequestSource::default())
        .await
        .expect("registered");
    let secret = registered.client_secret.expect("confidential");
    ClientCredentials { client: registered.client.id, secret: Some((SecretMethod::Basic, secret)) }
}

async fn for_itself(
    server: &TestServer,
    client: &ClientCredentials,
    scope: Option<&str>,
    resource: &[&str],
) -> Result<Scope, ErrorCode> {
    let wanted = RequestedAccess {
        scope: scope.map(server::scope),
        resource: resource.iter().map(|&raw| raw.to_owned()).collect(),
    };
    let grant = PresentedGrant::ClientCredentials { wanted };
    code(server.issue(client.clone(), grant).await).map(|tokens| tokens.scope)
}

/// The policy of the tests lets it register everything, as one of before did.
#[tokio::test]
async fn a_client_that_registered_itself_before_has_no_machine_grant_either() {
    let server = TestServer::new().await;
    let client = machine(&server).await;
    let refused = Err(ErrorCode::UnauthorizedClient);
    assert_eq!(for_itself(&server, &client, None, &[RESOURCE]).await, refused);
    assert!(for_itself(&server, &server::presented("api"), None, &[RESOURCE]).await.is_ok());
}

#[tokio::test]
async fn a_client_that_registered_itself_gets_the_grant_resources_and_scopes_that_are_named() {
    let access = MachineAccess {
        grant_types: vec![GrantType::ClientCredentials],
        targets: vec![Some(ResourceUri::parse(RESOURCE).expect("absolute"))],
        scope: server::scope("mcp:write"),
    };
    let server = TestServer::with(Some(access)).await;
    let client = machine(&server).await;
    let write = Ok(server::scope("mcp:write"));
    assert_eq!(for_itself(&server, &client, Some("mcp:write"), &[RESOURCE]).await, write);
    let too_much = for_itself(&server, &client, Some("mcp:read"), &[RESOURCE]).await;
    assert_eq!(too_much, Err(ErrorCode::InvalidScope));
    let unnamed = for_itself(&server, &client, None, &[RESOURCE]).await;
    assert_eq!(unnamed, Ok(server::scope("")), "of what is usual, only what is named");
    let issuer = for_itself(&server, &client, None, &[]).await;
    assert_eq!(issuer, Err(ErrorCode::InvalidTarget));
}

#[tokio::test]
async fn a_suspended_client_changes_nothing_about_itself() {
    let server = TestServer::new().await;
    let clients = register(&server, RegistrationGate::Open);
    let (id, _, token) = registered(&clients).await;
    server.clients.set_suspended(&id, true).await.expect("suspended");
    let read = clients.read(&id, Some(token.clone()), &RequestSource::default()).await;
    assert_eq!(code(read).err(), Some(ErrorCode::InvalidClient));
    let deleted = clients.delete(&id, Some(token), &RequestSource::default()).await;
    assert_eq!(code(deleted), Err(ErrorCode::InvalidClient));
}

#[tokio::test]
async fn the_gate_lets_in_whom_it_should() {
    let server = TestServer::new().await;
    let (initial, other) = (Secret::new("initial"), Secret::new("other"));
    let token = || RegistrationGate::Token(vec![initial.digest()]);
    let attempts = [
        (RegistrationGate::Open, None, None),
        (RegistrationGate::Closed, Some(&initial), Some(ErrorCode::AccessDenied)),
        (token(), None, Some(ErrorCode::InvalidToken)),
        (token(), Some(&other), Some(ErrorCode::InvalidToken)),
        (token(), Some(&initial), None),
    ];
    for (gate, token, refusal) in attempts {
        let answer = register(&server, gate)
            .register(token.cloned(), request(), &RequestSource::default())
            .await;
        assert_eq!(code(answer).err(), refusal);
    }
}

#[tokio::test]
async fn a_client_reads_and_ends_its_own_registration_and_nobody_elses() {
    let server = TestServer::new().await;
    let clients = register(&server, RegistrationGate::Open);
    let (id, _, token) = registered(&clients).await;
    let (other_id, _, other_token) = registered(&clients).await;
    assert_eq!(
        clients
            .read(&id, Some(token.clone()), &RequestSource::default())
            .await
            .expect("its own")
            .client
            .id,
        id
    );
    for (id, token) in [
        (&id, None),
        (&id, Some(other_token)),
        (&other_id, Some(token.clone())),
        (&ClientId::new("web"), Some(token.clone())),
    ] {
        assert_eq!(
            code(clients.read(id, token.clone(), &RequestSource::default()).await).err(),
            Some(ErrorCode::InvalidToken)
        );
        assert_eq!(
            code(clients.delete(id, token, &RequestSource::default()).await).err(),
            Some(ErrorCode::InvalidToken)
        );
    }
    clients.delete(&id, Some(token.clone()), &RequestSource::default()).await.expect("deleted");
    assert_eq!(
        code(clients.read(&id, Some(token), &RequestSource::default()).await).err(),
        Some(ErrorCode::InvalidToken)
    );
}

#[tokio::test]
async fn an_update_replaces_everything_and_cannot_choose_who_the_client_is() {
    let server = TestServer::new().await;
    let clients = register(&server, RegistrationGate::Open);
    let (id, secret, token) = registered(&clients).await;
    let update = |client_id: &str, client_secret: Option<Secret>, method: &str| Registration {
        client_id: Some(ClientId::new(client_id)),
        client_secret,
        request: RegistrationRequest {
            token_endpoint_auth_method: Some(method.to_owned()),
            ..request()
        },
    };
    let send = async |registration| {
        clients.update(&id, Some(token.clone()), registration, &RequestSource::default()).await
    };
    let refused =
        [update("other", None, "none"), update(id.as_str(), Some(Secret::new("mine")), "none")];
    for registration in refused {
        assert_eq!(code(send(registration).await).err(), Some(ErrorCode::InvalidClientMetadata));
    }
    let kept = send(update(id.as_str(), secret, "client_secret_basic")).await.expect("updated");
    assert!(kept.client_secret.is_none(), "the secret it has stays good");
    let public = send(update(id.as_str(), None, "none")).await.expect("updated");
    assert_eq!(public.client.auth_method(), AuthMethod::None);
    let confidential =
        send(update(id.as_str(), None, "client_secret_post")).await.expect("updated");
    assert!(confidential.client_secret.is_some(), "a new method comes with a new secret");
}

/// The registration of a client whose redirect URI is that of the tests.
fn named(id: &ClientId, name: &str) -> Registration {
    let described = DescriptiveMetadata {
        client_name: Some(name.to_owned()),
        ..DescriptiveMetadata::default()
    };
    Registration {
        client_id: Some(id.clone()),
        client_secret: None,
        request: RegistrationRequest { described, ..request() },
    }
}

#[tokio::test]
async fn a_client_that_becomes_another_to_people_loses_what_they_allowed_it() {
    let server = TestServer::new().await;
    let clients = register(&server, RegistrationGate::Open);
    let (id, secret, token) = registered(&clients).await;
    let secret = secret.expect("confidential");
    let origin = RequestSource::default();
    let update = async |registration: Registration| {
        clients.update(&id, Some(token.clone()), registration, &origin).await.expect("updated")
    };
    let bought = allowed(&server, &id, &secret).await;
    let same =
        Registration { client_id: Some(id.clone()), client_secret: None, request: request() };
    update(same).await;
    assert!(server.is_live("api", &bought).await, "nothing that a person saw has changed");
    update(named(&id, "Example Bank")).await;
    assert!(!server.is_live("api", &bought).await);
    let again = allowed(&server, &id, &secret).await;
    assert!(server.is_live("api", &again).await, "people may allow what it is now");
    let mut moved = named(&id, "Example Bank");
    moved.request.redirect_uris.push("https://elsewhere.example/cb".to_owned());
    update(moved).await;
    assert!(!server.is_live("api", &again).await);
}

#[tokio::test]
async fn closing_registration_closes_changes_but_neither_reading_nor_leaving() {
    let server = TestServer::new().await;
    let (id, _, token) = registered(&register(&server, RegistrationGate::Open)).await;
    let closed = register(&server, RegistrationGate::Closed);
    let origin = RequestSource::default();
    let changed = closed.update(&id, Some(token.clone()), named(&id, "Other"), &origin).await;
    assert_eq!(code(changed).err(), Some(ErrorCode::AccessDenied));
    let strange = closed.update(&id, None, named(&id, "Other"), &origin).await;
    assert_eq!(code(strange).err(), Some(ErrorCode::InvalidToken), "nobody else learns of it");
    assert!(closed.read(&id, Some(token.clone()), &RequestSource::default()).await.is_ok());
    assert!(closed.delete(&id, Some(token), &origin).await.is_ok());
}

#[tokio::test]
async fn a_client_that_deletes_itself_leaves_nothing_behind() {
    let server = TestServer::new().await;
    let clients = register(&server, RegistrationGate::Open);
    let (id, secret, token) = registered(&clients).await;
    let bought = allowed(&server, &id, &secret.expect("confidential")).await;
    clients.delete(&id, Some(token), &RequestSource::default()).await.expect("deleted");
    assert!(!server.is_live("api", &bought).await);
    let ada = server.users.list(Page { after: None, limit: 1 }).await.expect("listed").remove(0);
    let consents = async || Consents::of(server.memory.as_ref(), &ada.id).await.expect("answers");
    assert_eq!(consents().await.len(), 1);
    let horizon = PurgeBefore {
        interactions: server.foundation.context.clock.now(),
        others: server.foundation.context.clock.now(),
    };
    server.memory.purge(horizon, 100).await.expect("purged");
    assert!(consents().await.is_empty());
}
