//! The JSON form of the claims of tokens: each claim set is written and read by the same struct.
//!
//! Claims that are written are borrowed, claims that are read are owned.

use std::borrow::Cow;

use domain::{
    AccessClaims, ClientId, ConsentId, GrantId, IdClaims, Lineage, MalformedScope, PersonClaims,
    Scope, SecurityStamp, SessionId, SubjectId, Timestamp, TokenId,
};
use serde::{Deserialize, Serialize};

/// The `typ` of an access token (RFC 9068 §2.1).
pub(crate) const ACCESS_TOKEN: &str = "at+jwt";
/// The `typ` of an ID token.
pub(crate) const ID_TOKEN: &str = "JWT";

/// The claims of an access token (RFC 9068 §2.2). `gid`, `consent` and `stamp` are ours.
#[derive(Serialize, Deserialize)]
pub(crate) struct AccessWire<'a> {
    iss: Cow<'a, str>,
    sub: Cow<'a, str>,
    aud: Cow<'a, [String]>,
    client_id: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    scope: String,
    jti: Cow<'a, str>,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    #[serde(default, skip_serializing_if = "is_empty")]
    amr: Cow<'a, [String]>,
    gid: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stamp: Option<Cow<'a, str>>,
}

impl<'a> From<&'a AccessClaims> for AccessWire<'a> {
    fn from(claims: &'a AccessClaims) -> Self {
        let lineage = &claims.lineage;
        Self {
            iss: claims.issuer.as_str().into(),
            sub: claims.subject.as_str().into(),
            aud: claims.audience.as_slice().into(),
            client_id: claims.client.as_str().into(),
            scope: claims.scope.to_string(),
            jti: lineage.token.as_str().into(),
            iat: claims.issued_at.as_unix(),
            exp: claims.expires_at.as_unix(),
            auth_time: claims.auth_time.map(Timestamp::as_unix),
            amr: claims.amr.as_slice().into(),
            gid: lineage.grant.as_str().into(),
            consent: lineage.consent.as_ref().map(|id| id.as_str().into()),
            sid: lineage.session.as_ref().map(|id| id.as_str().into()),
            stamp: lineage.stamp.as_ref().map(|stamp| stamp.as_str().into()),
        }
    }
}

impl TryFrom<AccessWire<'_>> for AccessClaims {
    type Error = MalformedScope;

    fn try_from(wire: AccessWire<'_>) -> Result<Self, Self::Error> {
        Ok(Self {
            issuer: wire.iss.into_owned(),
            subject: SubjectId::new(wire.sub),
            audience: wire.aud.into_owned(),
            client: ClientId::new(wire.client_id),
            scope: Scope::restore(&wire.scope)?,
            issued_at: Timestamp::from_unix(wire.iat),
            expires_at: Timestamp::from_unix(wire.exp),
            auth_time: wire.auth_time.map(Timestamp::from_unix),
            amr: wire.amr.into_owned(),
            lineage: Lineage {
                token: TokenId::new(wire.jti),
                grant: GrantId::new(wire.gid),
                consent: wire.consent.map(ConsentId::new),
                session: wire.sid.map(SessionId::new),
                stamp: wire.stamp.map(SecurityStamp::new),
            },
        })
    }
}

/// The claims of an ID token (OIDC Core §2, §5.1).
#[derive(Serialize, Deserialize)]
pub(crate) struct IdWire<'a> {
    iss: Cow<'a, str>,
    sub: Cow<'a, str>,
    aud: Cow<'a, str>,
    iat: i64,
    exp: i64,
    auth_time: i64,
    #[serde(default, skip_serializing_if = "is_empty")]
    amr: Cow<'a, [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<Cow<'a, str>>,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified: Option<bool>,
}

impl<'a> IdWire<'a> {
    pub(crate) fn new(claims: &'a IdClaims, at_hash: String) -> Self {
        let person = &claims.person;
        Self {
            iss: claims.issuer.as_str().into(),
            sub: claims.subject.as_str().into(),
            aud: claims.client.as_str().into(),
            iat: claims.issued_at.as_unix(),
            exp: claims.expires_at.as_unix(),
            auth_time: claims.auth_time.as_unix(),
            amr: claims.amr.as_slice().into(),
            nonce: claims.nonce.as_deref().map(Cow::from),
            at_hash,
            sid: claims.session.as_ref().map(|id| id.as_str().into()),
            name: person.name.as_deref().map(Cow::from),
            preferred_username: person.preferred_username.as_deref().map(Cow::from),
            email: person.email.as_deref().map(Cow::from),
            email_verified: person.email_verified,
        }
    }
}

impl From<IdWire<'_>> for IdClaims {
    fn from(wire: IdWire<'_>) -> Self {
        Self {
            issuer: wire.iss.into_owned(),
            subject: SubjectId::new(wire.sub),
            client: ClientId::new(wire.aud),
            issued_at: Timestamp::from_unix(wire.iat),
            expires_at: Timestamp::from_unix(wire.exp),
            auth_time: Timestamp::from_unix(wire.auth_time),
            amr: wire.amr.into_owned(),
            nonce: wire.nonce.map(Cow::into_owned),
            session: wire.sid.map(SessionId::new),
            person: PersonClaims {
                name: wire.name.map(Cow::into_owned),
                preferred_username: wire.preferred_username.map(Cow::into_owned),
                email: wire.email.map(Cow::into_owned),
                email_verified: wire.email_verified,
            },
        }
    }
}

fn is_empty(list: &[String]) -> bool {
    list.is_empty()
}
