//! Values that stand for what the application would make.

use domain::{
    AccessClaims, Algorithm, ClientId, Grant, GrantId, KeyState, Lineage, PublicKey, ResourceUri,
    Scope, SessionId, SigningKey, SubjectId, Timestamp, TokenId,
};
use ports::inbound::Introspection;

pub(crate) fn key() -> SigningKey {
    let public = PublicKey::Ec { x: vec![1; 32], y: vec![2; 32] };
    SigningKey {
        id: public.thumbprint(),
        algorithm: Algorithm::Es256,
        public,
        sealed: Vec::new(),
        created_at: Timestamp::from_unix(0),
        state: KeyState::Active,
    }
}

pub(crate) fn access(audience: &[&str]) -> Introspection {
    let claims = AccessClaims {
        issuer: "http://localhost:9000".to_owned(),
        subject: SubjectId::new("ada"),
        audience: audience.iter().map(|&uri| uri.to_owned()).collect(),
        client: ClientId::new("web"),
        scope: Scope::parse("b a").expect("lawful"),
        issued_at: Timestamp::from_unix(100),
        expires_at: Timestamp::from_unix(200),
        auth_time: Some(Timestamp::from_unix(50)),
        amr: vec!["pwd".to_owned()],
        lineage: Lineage {
            token: TokenId::new("t"),
            grant: GrantId::new("g"),
            consent: None,
            session: Some(SessionId::new("s")),
            stamp: None,
        },
    };
    Introspection::Access { claims: Box::new(claims), username: Some("ada.l".to_owned()) }
}

pub(crate) fn refresh() -> Introspection {
    let grant = Grant {
        scope: Scope::parse("a").expect("lawful"),
        resources: vec![ResourceUri::parse("https://one.example").expect("a URI")],
        ..Grant::new(
            GrantId::new("g"),
            ClientId::new("web"),
            SubjectId::new("ada"),
            Timestamp::from_unix(50),
        )
    };
    let expires_at = Timestamp::from_unix(300);
    Introspection::Refresh { grant: Box::new(grant), expires_at, username: None }
}
