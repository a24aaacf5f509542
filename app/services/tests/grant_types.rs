//! The table of grant types: what is on is announced, honoured and registered; what is off is none of it.

mod server;

use domain::{
    AuthMethod, Branding, ClientCredentials, ClientId, EnabledGrants, ErrorCode, GrantType,
    RegistrationRequest, RequestSource, RequestedAccess, Secret, SecretMethod,
};
use ports::inbound::{
    AdministerClients as _, Authorize as _, Begun, Browser, ClientDraft, Discover as _,
    IssueTokens as _, PresentedGrant, RegisterClients as _, TokenRequest,
};
use server::{CALLBACK, TestServer, VERIFIER, asked, code, presented, registrations::request};
use services::{AdministerClients, Discover, Foundation, RegistrationGate};

/// Each grant type, with a list in which it is on and one in which it is off.
fn table() -> impl Iterator<Item = (GrantType, [EnabledGrants; 2])> {
    let without = |grant| GrantType::ALL.iter().copied().filter(move |it| *it != grant).collect();
    let all: EnabledGrants = GrantType::ALL.iter().copied().collect();
    GrantType::ALL.iter().map(move |&grant| (grant, [all.clone(), without(grant)]))
}

/// A grant of each type; none of them stands for anything.
fn any(grant: GrantType) -> PresentedGrant {
    let wanted = RequestedAccess::default();
    match grant {
        GrantType::AuthorizationCode => PresentedGrant::AuthorizationCode {
            code: Secret::new("code"),
            verifier: domain::CodeVerifier::parse(VERIFIER.to_owned()).expect("sound"),
            redirect_uri: Some(CALLBACK.to_owned()),
            wanted,
        },
        GrantType::RefreshToken => {
            PresentedGrant::RefreshToken { refresh_token: Secret::new("token"), wanted }
        }
        GrantType::ClientCredentials => PresentedGrant::ClientCredentials { wanted },
    }
}

fn is_announced(server: &TestServer, grants: &EnabledGrants, grant: GrantType) -> bool {
    let Foundation { settings, keys, .. } = server.foundation.clone();
    let discover = Discover {
        issuer: settings.issuer,
        branding: Branding::default(),
        catalog: settings.catalog,
        grants: grants.clone(),
        keys,
        signing: settings.signing,
        registration: true,
    };
    let capabilities = discover.capabilities();
    let by_code = capabilities.grant_types.contains(GrantType::AuthorizationCode);
    assert_eq!(capabilities.response_types.is_empty(), !by_code);
    capabilities.grant_types.contains(grant)
}

/// Whether the token endpoint looks at a grant. A client that nobody knows asks, so what it is told
/// shows what was looked at first.
async fn is_honoured(server: &TestServer, grants: &EnabledGrants, grant: GrantType) -> bool {
    let cases = server.with_other(|it| it.settings.grants = grants.clone());
    let client = ClientCredentials {
        client: ClientId::new("nobody"),
        secret: Some((SecretMethod::Post, Secret::new("nothing"))),
    };
    let request = TokenRequest { client, grant: any(grant), origin: RequestSource::default() };
    match cases.issue_tokens.issue(request).await.expect_err("nobody knows the client").code {
        ErrorCode::UnsupportedGrantType => false,
        ErrorCode::InvalidClient => true,
        other => panic!("{other:?}"),
    }
}

async fn is_registered(server: &TestServer, grants: &EnabledGrants, grant: GrantType) -> bool {
    let mut clients = server.registration(RegistrationGate::Open);
    clients.policy.grant_types = grants.as_slice().to_vec();
    // Refresh tokens are had with a grant that begins something.
    let names = GrantType::ALL.iter().filter(|it| it.needs_person() || **it == grant);
    let names = names.map(|it| it.as_str().to_owned()).collect();
    let request = RegistrationRequest { grant_types: Some(names), ..request() };
    match clients.register(None, request, &RequestSource::default()).await {
        Ok(registered) => registered.client.metadata.grant_types.contains(&grant),
        Err(error) => {
            assert_eq!(error.code, ErrorCode::InvalidClientMetadata);
            false
        }
    }
}

async fn is_added(server: TestServer, grants: &EnabledGrants, grant: GrantType) -> bool {
    let clients = AdministerClients { grants: grants.clone(), ..server.clients };
    let draft = ClientDraft {
        id: None,
        name: None,
        auth_method: AuthMethod::ClientSecretBasic,
        grant_types: vec![grant],
        redirect_uris: vec![CALLBACK.to_owned()],
        post_logout_redirect_uris: Vec::new(),
        scope: None,
        resources: None,
        id_token_algorithm: None,
    };
    match clients.add(draft).await {
        Ok(created) => created.client.metadata.grant_types == [grant],
        Err(error) => {
            assert!(error.to_string().contains("`tokens.grant_types`"), "{error}");
            false
        }
    }
}

#[tokio::test]
async fn metadata_dispatch_registration_and_operators_agree_about_every_grant() {
    for (grant, lists) in table() {
        for grants in lists {
            let (server, on) = (TestServer::new().await, grants.contains(grant));
            assert_eq!(is_announced(&server, &grants, grant), on, "{grant:?} announced");
            assert_eq!(is_honoured(&server, &grants, grant).await, on, "{grant:?} honoured");
            assert_eq!(is_registered(&server, &grants, grant).await, on, "{grant:?} registered");
            if grant != GrantType::RefreshToken {
                assert_eq!(is_added(server, &grants, grant).await, on, "{grant:?} added");
            }
        }
    }
}

#[tokio::test]
async fn without_authorization_codes_the_client_learns_so_at_its_redirect_uri() {
    let server = TestServer::new().await;
    let on = [GrantType::ClientCredentials];
    let cases = server.with_other(|it| it.settings.grants = on.into_iter().collect());
    let begun = cases.authorize.begin(asked("mcp:read"), &Browser::default()).await;
    let Begun::Answer(redirect) = begun.expect("answered") else { panic!("somebody was asked") };
    assert_eq!(code(redirect.outcome).err(), Some(ErrorCode::UnsupportedResponseType));
    assert_eq!(redirect.to.state.as_deref(), Some("s"));
}

#[tokio::test]
async fn without_refresh_tokens_a_code_buys_none() {
    for (grants, refreshes) in [
        (vec![GrantType::AuthorizationCode], false),
        (vec![GrantType::AuthorizationCode, GrantType::RefreshToken], true),
    ] {
        let server = TestServer::new().await;
        let (code, _) = server.allow(asked("mcp:read"), "mcp:read").await;
        let cases = server.with_other(|it| it.settings.grants = grants.into_iter().collect());
        let grant = PresentedGrant::AuthorizationCode {
            code,
            verifier: domain::CodeVerifier::parse(VERIFIER.to_owned()).expect("sound"),
            redirect_uri: Some(CALLBACK.to_owned()),
            wanted: RequestedAccess::default(),
        };
        let origin = RequestSource::default();
        let request = TokenRequest { client: presented("web"), grant, origin };
        let tokens = cases.issue_tokens.issue(request).await.expect("issued");
        assert_eq!(tokens.refresh_token.is_some(), refreshes);
    }
}
