//! People, their sessions and consents.

use std::collections::BTreeMap;

use domain::{
    ClientId, Consent, ConsentId, Password, Scope, Secret, Session, SessionId, Stamp, SubjectId,
    User, UserState, Username,
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
            stamp: Stamp::new("stamp"),
            created_at: NOW,
        }
    }

    fn altered(self) -> Self {
        Self { stamp: Stamp::new("another"), ..self }
    }

    fn shapes() -> Vec<Self> {
        let password = |one_time| Some(Password { hash: "$argon2id$v=19$x".to_owned(), one_time });
        let full = Self {
            username: Username::parse("jürgen@example.com").expect("lawful"),
            name: Some("Jürgen \"O'Neill\" 漢字".to_owned()),
            email: Some("jürgen@example.com".to_owned()),
            email_verified: true,
            password: password(false),
            ..Self::nth(0)
        };
        vec![
            Self::nth(0),
            full.clone(),
            Self { password: password(true), ..full.clone() },
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
            stamp: Stamp::new("stamp"),
            auth_time: NOW,
            amr: Vec::new(),
            user_agent: None,
            created_at: NOW,
            expires_at: at(3600),
        }
    }

    fn altered(self) -> Self {
        Self { auth_time: at(60), ..self }
    }

    fn shapes() -> Vec<Self> {
        let full = Self {
            amr: vec!["pwd".to_owned(), "otp".to_owned(), odd_text()],
            user_agent: Some(odd_text()),
            ..Self::nth(0)
        };
        vec![Self::nth(0), full]
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
        let full = Self { allowed, updated_at: at(60), ..Self::nth(0) };
        vec![Self::nth(0), full]
    }
}
