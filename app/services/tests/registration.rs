//! Clients that register and manage themselves.

mod house;

use std::sync::Arc;

use domain::{
    Algorithm, AuthMethod, ClientId, ErrorCode, GrantType, MachineAccess, Origin, Presented,
    RedirectPolicy, RegistrationPolicy, RegistrationRequest, ResourceUri, Scope, Secret,
    SecretMethod, Wanted,
};
use house::{CALLBACK, House, RESOURCE, code};
use ports::inbound::{
    AdministerClients as _, Grant, IssueTokens as _, RegisterClients as _, Registered, Registration,
};
use services::{RegisterClients, RegistrationGate};

fn register(house: &House, gate: RegistrationGate) -> RegisterClients {
    RegisterClients {
        directory: Arc::clone(&house.directory),
        clients: house.memory.clone(),
        gate,
        policy: RegistrationPolicy {
            grant_types: GrantType::ALL.to_vec(),
            redirects: RedirectPolicy::Any,
            id_token_algorithm: Some(Algorithm::Rs256),
            mistrusts_pages_beside: None,
        },
        world: house.tokens.world.clone(),
        limits: house.limits.clone(),
    }
}

fn request() -> RegistrationRequest {
    RegistrationRequest {
        redirect_uris: vec![CALLBACK.to_owned()],
        ..RegistrationRequest::default()
    }
}

async fn registered(clients: &RegisterClients) -> (ClientId, Option<Secret>, Secret) {
    let Registered { client, client_secret, registration_access_token } =
        clients.register(None, request(), &Origin::default()).await.expect("registered");
    (client.id, client_secret, registration_access_token)
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
    code(house.tokens.issue(client.clone(), grant, &Origin::default()).await)
        .map(|tokens| tokens.scope)
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
