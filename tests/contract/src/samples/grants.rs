//! Approvals, and what is made of them.

use domain::{
    AuthorizationCode, Cause, ClientId, CodeState, ConsentId, FamilyState, Grant, GrantId, Pkce,
    RedirectUri, RefreshFamily, Secret, SecurityStamp, SessionId, SubjectId,
};

use super::{NOW, Sample, at, odd_text, resources, scope};

/// The challenge of the RFC.
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn bare(n: u32) -> Grant {
    let grant = GrantId::new(format!("grant-{n}"));
    Grant::new(grant, ClientId::new("web"), SubjectId::new("ada"), NOW)
}

fn full() -> Grant {
    Grant {
        scope: scope("openid offline_access mcp:read"),
        declined: scope("email mcp:write"),
        resources: resources(),
        consent: Some(ConsentId::new("consent")),
        session: Some(SessionId::new("session")),
        stamp: Some(SecurityStamp::new("stamp")),
        amr: vec!["pwd".to_owned(), odd_text()],
        ..bare(0)
    }
}

impl Sample for AuthorizationCode {
    fn nth(n: u32) -> Self {
        Self {
            digest: Secret::new(format!("code-{n}")).digest(),
            grant: bare(n),
            redirect_uri: RedirectUri::parse("https://app.example/cb").expect("fit"),
            pkce: Pkce::parse(CHALLENGE).expect("well-formed"),
            nonce: None,
            expires_at: at(60),
            state: CodeState::Issued,
        }
    }

    fn altered(self) -> Self {
        Self { state: CodeState::Redeemed { at: at(1) }, ..self }
    }

    fn shapes() -> Vec<Self> {
        let full = Self { grant: full(), nonce: Some(odd_text()), ..Self::nth(0) };
        vec![Self::nth(0), full.clone(), full.altered()]
    }
}

impl Sample for RefreshFamily {
    fn nth(n: u32) -> Self {
        Self {
            grant: bare(n),
            salt: [n.to_be_bytes()[3]; 16],
            generation: 0,
            rotated_at: None,
            idle_expires_at: at(3600),
            expires_at: at(86400),
            state: FamilyState::Active,
        }
    }

    fn altered(self) -> Self {
        Self { generation: self.generation + 1, ..self }
    }

    fn shapes() -> Vec<Self> {
        let revoked = |cause| FamilyState::Revoked { at: at(2), cause };
        let full =
            Self { grant: full(), generation: u32::MAX, rotated_at: Some(at(1)), ..Self::nth(0) };
        vec![
            Self::nth(0),
            full.clone(),
            Self { state: revoked(Cause::Reuse), ..full.clone() },
            Self { state: revoked(Cause::Request), ..full },
        ]
    }
}
