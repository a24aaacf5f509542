//! People, their sessions and consents.

use std::{collections::BTreeMap, net::Ipv4Addr};

use domain::{
    ClientId, Consent, ConsentId, InteractionId, Password, PasswordKind, Scope, Secret,
    SecurityStamp, Session, SessionId, SubjectId, Suspension, User, UserState, Username,
};

use super::{NOW, Sample, at, odd_text, resources, scope};

impl Sample for User {
    fn nth(n: u32) -> Self {
        Self {
            id: SubjectId::new(format!("subject-{n}")),
            username: Username::parse(&format!("user-{n}")).expect("lawful"),
            name: None,
            email: None,
            email_verified: false,
            password: None,
            state: UserState::Active,
            stamp: SecurityStamp::new("stamp"),
            created_at: NOW,
        }
    }

    fn altered(self) -> Self {
        Self { stamp: SecurityStamp::new("another"), ..self }
    }

    fn shapes() -> Vec<Self> {
        let hash = || "$argon2id$v=19$x".to_owned();
        let used_in = Some(InteractionId::new("interaction-0"));
        let used = PasswordKind::OneTime { expires_at: at(60), used_in };
        let full = Self {
            username: Username::parse("jürgen@example.com").expect("lawful"),
            name: Some("Jürgen \"O'Neill\" 漢字".to_owned()),
            email: Some("jürgen@example.com".to_owned()),
            email_verified: true,
            password: Some(Password::chosen(hash())),
            ..Self::nth(0)
        };
        vec![
            Self::nth(0),
            full.clone(),
            Self { password: Some(Password::one_time(hash(), at(60))), ..full.clone() },
            Self { password: Some(Password { hash: hash(), kind: used }), ..full.clone() },
            Self { state: UserState::Disabled, ..full },
        ]
    }
}

impl Sample for Session {
    fn nth(n: u32) -> Self {
        Self {
            id: SessionId::new(format!("session-{n}")),
            digest: Secret::new(format!("{n}")).digest(),
            subject: SubjectId::new("ada"),
            stamp: SecurityStamp::new("stamp"),
            auth_time: NOW,
            amr: Vec::new(),
            user_agent: None,
            address: None,
            created_at: NOW,
            last_used_at: NOW,
            expires_at: at(3600),
        }
    }

    fn altered(self) -> Self {
        Self { auth_time: at(60), last_used_at: at(90), ..self }
    }

    fn shapes() -> Vec<Self> {
        let full = Self {
            amr: vec!["pwd".to_owned(), "otp".to_owned(), odd_text()],
            user_agent: Some(odd_text()),
            address: Some(Ipv4Addr::new(192, 0, 2, 7).into()),
            last_used_at: at(60),
            ..Self::nth(0)
        };
        let address = Some("2001:db8::7".parse().expect("an address"));
        vec![Self::nth(0), full.clone(), Self { address, ..full }]
    }
}

impl Sample for Consent {
    fn nth(n: u32) -> Self {
        // Neither half of the key is unique by itself.
        let (subject, client) = (format!("subject-{}", n / 2), format!("client-{}", n % 2));
        let id = ConsentId::new(format!("consent-{n}"));
        Self::new(id, SubjectId::new(subject), ClientId::new(client), NOW)
    }

    fn altered(self) -> Self {
        Self { id: ConsentId::new("another"), ..self }
    }

    fn shapes() -> Vec<Self> {
        let mut allowed: BTreeMap<_, _> =
            resources().into_iter().map(|uri| (Some(uri), scope("mcp:read mcp:write"))).collect();
        // Piece by piece, more is allowed than may be asked for at once.
        let long = ["a", "b"].map(|letter| scope(&letter.repeat(Scope::LONGEST)));
        allowed.insert(None, long[0].union(&long[1]));
        let full = Self { allowed, updated_at: at(60), last_used_at: at(90), ..Self::nth(0) };
        vec![Self::nth(0), full]
    }
}

impl Sample for Suspension {
    fn nth(n: u32) -> Self {
        Self { client: ClientId::new(format!("https://client.example/{n}")), since: NOW }
    }

    fn altered(self) -> Self {
        Self { since: at(60), ..self }
    }

    fn shapes() -> Vec<Self> {
        vec![Self::nth(0), Self::nth(0).altered()]
    }
}
