//! Clients that register and manage themselves.

mod house;

use domain::{
    AuthMethod, ClientId, Described, ErrorCode, GrantType, MachineAccess, Origin, Presented,
    RegistrationRequest, ResourceUri, Scope, Secret, SecretMethod, Wanted,
};
use house::{
    House, RESOURCE, code,
    registrations::{allowed, registered, request},
};
use ports::inbound::{
    AdministerClients as _, AdministerUsers as _, Grant, RegisterClients as _, Registration,
};
use ports::outbound::{Consents, Horizon, Housekeeping as _, Page};
use services::{RegisterClients, RegistrationGate};

fn register(house: &House, gate: RegistrationGate) -> RegisterClients {
    house.registration(gate)
}

/// A client that registered itself for everything, and how it presents itself.
async fn machine(house: &House) -> Presented {
    let request = RegistrationRequest {
        grant_types: Some(GrantType::ALL.iter().map(|it| it.as_str().to_owned()).collect()),
        ..request()
    };
    let registered = register(house, RegistrationGate::Open)
        .register(None, request, &Origin::default())
        .await
        .expect("registered");
    let secret = registered.client_secret.expect("confidential");
    Presented { client: registered.client.id, secret: Some((SecretMethod::Basic, secret)) }
}

async fn for_itself(
    house: &House,
    client: &Presented,
    scope: Option<&str>,
    resource: &[&str],
) -> Result<Scope, ErrorCode> {
    let wanted = Wanted {
        scope: scope.map(house::scope),
        resource: resource.iter().map(|&raw| raw.to_owned()).collect(),
    };
    let grant = Grant::ClientCredentials { wanted };
    code(house.issue(client.clone(), grant).await).map(|tokens| tokens.scope)
}

/// The policy of the tests lets it register everything, as one of before did.
#[tokio::test]
async fn a_client_that_registered_itself_before_has_no_machine_grant_either() {
    let house = House::new().await;
    let client = machine(&house).await;
    let refused = Err(ErrorCode::UnauthorizedClient);
    assert_eq!(for_itself(&house, &client, None, &[RESOURCE]).await, refused);
    assert!(for_itself(&house, &house::presented("api"), None, &[RESOURCE]).await.is_ok());
}

#[tokio::test]
async fn a_client_that_registered_itself_gets_the_grant_resources_and_scopes_that_are_named() {
    let access = MachineAccess {
        grant_types: vec![GrantType::ClientCredentials],
        targets: vec![Some(ResourceUri::parse(RESOURCE).expect("absolute"))],
        scope: house::scope("mcp:write"),
    };
    let house = House::with(Some(access)).await;
    let client = machine(&house).await;
    let write = Ok(house::scope("mcp:write"));
    assert_eq!(for_itself(&house, &client, Some("mcp:write"), &[RESOURCE]).await, write);
    let too_much = for_itself(&house, &client, Some("mcp:read"), &[RESOURCE]).await;
    assert_eq!(too_much, Err(ErrorCode::InvalidScope));
    let unnamed = for_itself(&house, &client, None, &[RESOURCE]).await;
    assert_eq!(unnamed, Ok(house::scope("")), "of what is usual, only what is named");
    let issuer = for_itself(&house, &client, None, &[]).await;
    assert_eq!(issuer, Err(ErrorCode::InvalidTarget));
}

#[tokio::test]
async fn a_suspended_client_changes_nothing_about_itself() {
    let house = House::new().await;
    let clients = register(&house, RegistrationGate::Open);
    let (id, _, token) = registered(&clients).await;
    house.clients.set_suspended(&id, true).await.expect("suspended");
    let read = clients.read(&id, Some(token.clone()), &Origin::default()).await;
    assert_eq!(code(read).err(), Some(ErrorCode::InvalidClient));
    let deleted = clients.delete(&id, Some(token), &Origin::default()).await;
    assert_eq!(code(deleted), Err(ErrorCode::InvalidClient));
}

#[tokio::test]
async fn the_gate_lets_in_whom_it_should() {
    let house = House::new().await;
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
        let answer =
            register(&house, gate).register(token.cloned(), request(), &Origin::default()).await;
        assert_eq!(code(answer).err(), refusal);
    }
}

#[tokio::test]
async fn a_client_reads_and_ends_its_own_registration_and_nobody_elses() {
    let house = House::new().await;
    let clients = register(&house, RegistrationGate::Open);
    let (id, _, token) = registered(&clients).await;
    let (other_id, _, other_token) = registered(&clients).await;
    assert_eq!(
        clients
            .read(&id, Some(token.clone()), &Origin::default())
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
            code(clients.read(id, token.clone(), &Origin::default()).await).err(),
            Some(ErrorCode::InvalidToken)
        );
        assert_eq!(
            code(clients.delete(id, token, &Origin::default()).await).err(),
            Some(ErrorCode::InvalidToken)
        );
    }
    clients.delete(&id, Some(token.clone()), &Origin::default()).await.expect("deleted");
    assert_eq!(
        code(clients.read(&id, Some(token), &Origin::default()).await).err(),
        Some(ErrorCode::InvalidToken)
    );
}

#[tokio::test]
async fn an_update_replaces_everything_and_cannot_choose_who_the_client_is() {
    let house = House::new().await;
    let clients = register(&house, RegistrationGate::Open);
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
        clients.update(&id, Some(token.clone()), registration, &Origin::default()).await
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
    let described = Described { client_name: Some(name.to_owned()), ..Described::default() };
    Registration {
        client_id: Some(id.clone()),
        client_secret: None,
        request: RegistrationRequest { described, ..request() },
    }
}

#[tokio::test]
async fn a_client_that_becomes_another_to_people_loses_what_they_allowed_it() {
    let house = House::new().await;
    let clients = register(&house, RegistrationGate::Open);
    let (id, secret, token) = registered(&clients).await;
    let secret = secret.expect("confidential");
    let origin = Origin::default();
    let update = async |registration: Registration| {
        clients.update(&id, Some(token.clone()), registration, &origin).await.expect("updated")
    };
    let bought = allowed(&house, &id, &secret).await;
    let same =
        Registration { client_id: Some(id.clone()), client_secret: None, request: request() };
    update(same).await;
    assert!(house.is_live("api", &bought).await, "nothing that a person saw has changed");
    update(named(&id, "Example Bank")).await;
    assert!(!house.is_live("api", &bought).await);
    let again = allowed(&house, &id, &secret).await;
    assert!(house.is_live("api", &again).await, "people may allow what it is now");
    let mut moved = named(&id, "Example Bank");
    moved.request.redirect_uris.push("https://elsewhere.example/cb".to_owned());
    update(moved).await;
    assert!(!house.is_live("api", &again).await);
}

#[tokio::test]
async fn closing_registration_closes_changes_but_neither_reading_nor_leaving() {
    let house = House::new().await;
    let (id, _, token) = registered(&register(&house, RegistrationGate::Open)).await;
    let closed = register(&house, RegistrationGate::Closed);
    let origin = Origin::default();
    let changed = closed.update(&id, Some(token.clone()), named(&id, "Other"), &origin).await;
    assert_eq!(code(changed).err(), Some(ErrorCode::AccessDenied));
    let strange = closed.update(&id, None, named(&id, "Other"), &origin).await;
    assert_eq!(code(strange).err(), Some(ErrorCode::InvalidToken), "nobody else learns of it");
    assert!(closed.read(&id, Some(token.clone()), &Origin::default()).await.is_ok());
    assert!(closed.delete(&id, Some(token), &origin).await.is_ok());
}

#[tokio::test]
async fn a_client_that_deletes_itself_leaves_nothing_behind() {
    let house = House::new().await;
    let clients = register(&house, RegistrationGate::Open);
    let (id, secret, token) = registered(&clients).await;
    let bought = allowed(&house, &id, &secret.expect("confidential")).await;
    clients.delete(&id, Some(token), &Origin::default()).await.expect("deleted");
    assert!(!house.is_live("api", &bought).await);
    let ada = house.users.list(Page { after: None, limit: 1 }).await.expect("listed").remove(0);
    let consents = async || Consents::of(house.memory.as_ref(), &ada.id).await.expect("answers");
    assert_eq!(consents().await.len(), 1);
    let horizon = Horizon {
        interactions: house.foundation.world.clock.now(),
        others: house.foundation.world.clock.now(),
    };
    house.memory.purge(horizon, 100).await.expect("purged");
    assert!(consents().await.is_empty());
}
