//! Clients.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use domain::{
    Algorithm, ApplicationType, Client, ClientId, ClientLifetimes, ClientMetadata, ClientState,
    Credential, GrantType, RedirectUri, RegistrationSource, Secret, SecretMethod,
};

use super::{NOW, Sample, odd_text, resources, scope};

impl Sample for Client {
    fn nth(n: u32) -> Self {
        Self {
            id: ClientId::new(format!("https://client.example/{n}")),
            credential: Credential::Public,
            metadata: ClientMetadata::default(),
            lifetimes: ClientLifetimes::default(),
            origin: RegistrationSource::Operator,
            created_at: NOW,
            state: ClientState::Active,
        }
    }

    fn altered(self) -> Self {
        let client_name = Some("another".to_owned());
        Self { metadata: ClientMetadata { client_name, ..self.metadata }, ..self }
    }

    fn shapes() -> Vec<Self> {
        let digest = Secret::new("secret").digest();
        let secret = |method| Credential::Secret { method, digest };
        let full = Self {
            credential: secret(SecretMethod::Basic),
            metadata: metadata(),
            lifetimes: ClientLifetimes {
                access_token: Some(Duration::from_secs(1)),
                refresh_idle: Some(Duration::from_hours(1000)),
            },
            origin: RegistrationSource::Dynamic {
                registration_token: digest,
                registered_from: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                first_granted_at: Some(NOW),
                last_used_at: Some(NOW),
            },
            ..Self::nth(0)
        };
        // An empty list is not the same as none.
        let nobody = ClientMetadata {
            scope: Some(scope("")),
            resources: Some(Vec::new()),
            application_type: Some(ApplicationType::Native),
            ..ClientMetadata::default()
        };
        // What may not be registered any more can still be read.
        let outdated = ClientMetadata {
            redirect_uris: vec![RedirectUri::restore("javascript:void(0)".to_owned())],
            ..ClientMetadata::default()
        };
        vec![
            Self::nth(0),
            full.clone(),
            Self { metadata: outdated, ..full.clone() },
            Self { credential: secret(SecretMethod::Post), metadata: nobody, ..full.clone() },
            Self { origin: RegistrationSource::Configured, ..full.clone() },
            Self { state: ClientState::Suspended, ..full },
        ]
    }
}

fn metadata() -> ClientMetadata {
    let uri = |raw| RedirectUri::parse(raw).expect("fit to be registered");
    ClientMetadata {
        client_name: Some(odd_text()),
        redirect_uris: vec![uri("https://app.example/cb?a=1"), uri("http://[::1]:1234/cb")],
        post_logout_redirect_uris: vec![uri("com.example.app:/out")],
        grant_types: GrantType::ALL.to_vec(),
        application_type: Some(ApplicationType::Web),
        id_token_algorithm: Some(Algorithm::Es256),
        scope: Some(scope("openid mcp:read")),
        resources: Some(resources()),
        client_uri: Some("https://app.example/".to_owned()),
        logo_uri: Some("https://app.example/logo.svg".to_owned()),
        tos_uri: Some("https://app.example/tos".to_owned()),
        policy_uri: Some("https://app.example/policy".to_owned()),
        contacts: vec!["ops@app.example".to_owned(), odd_text()],
        jwks_uri: Some("https://app.example/jwks".to_owned()),
        jwks: Some(r#"{"keys":[]}"#.to_owned()),
        software_id: Some("4NRB1-0XZABZI9E6-5SM3R".to_owned()),
        software_version: Some("1.0".to_owned()),
    }
}
