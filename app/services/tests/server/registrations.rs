//! Clients that have registered themselves.

use domain::RegistrationRequest;
use ports::inbound::{RegisterClients as _, Registered};

use super::*;

pub(crate) fn request() -> RegistrationRequest {
    RegistrationRequest {
        redirect_uris: vec![CALLBACK.to_owned()],
        ..RegistrationRequest::default()
    }
}

pub(crate) async fn registered(clients: &RegisterClients) -> (ClientId, Option<Secret>, Secret) {
    let Registered { client, client_secret, registration_access_token } =
        clients.register(None, request(), &RequestSource::default()).await.expect("registered");
    (client.id, client_secret, registration_access_token)
}

/// The access token of a client that registered itself and that ada has allowed something.
pub(crate) async fn allowed(server: &TestServer, id: &ClientId, secret: &Secret) -> Secret {
    let asked = AuthorizationParams { client_id: Some(id.to_string()), ..asked("mcp:read") };
    let (code, _) = server.allow(asked, "mcp:read").await;
    let grant = PresentedGrant::AuthorizationCode {
        code,
        verifier: CodeVerifier::parse(VERIFIER).expect("lawful"),
        redirect_uri: Some(CALLBACK.to_owned()),
        wanted: RequestedAccess::default(),
    };
    let presented = ClientCredentials {
        client: id.clone(),
        secret: Some((SecretMethod::Basic, secret.clone())),
    };
    let issued = server.issue(presented, grant).await;
    issued.expect("redeemed").access_token
}
