//! Clients that register and manage themselves.

mod house;

use std::sync::Arc;

use domain::{
    AuthMethod, ClientId, ErrorCode, GrantType, Origin, RedirectPolicy, RegistrationPolicy,
    RegistrationRequest, Secret,
};
use house::{CALLBACK, House, code};
use ports::inbound::{AdministerClients as _, RegisterClients as _, Registered, Registration};
use services::{RegisterClients, RegistrationGate};

fn register(house: &House, gate: RegistrationGate) -> RegisterClients {
    RegisterClients {
        directory: Arc::clone(&house.directory),
        clients: house.memory.clone(),
        gate,
        policy: RegistrationPolicy {
            grant_types: GrantType::ALL.to_vec(),
            redirects: RedirectPolicy::Any,
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
