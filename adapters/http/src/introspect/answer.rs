//! What a resource server learns of a token (RFC 7662 §2.2).

use domain::{AccessClaims, Grant, Scope, Timestamp, audience};
use poem_openapi::Object;
use ports::inbound::Introspection;

use crate::payload::OneOrMany;

/// RFC 7662 §2.2. A token that is not active has just the first member.
#[derive(Debug, Default, Object)]
#[oai(rename = "Introspection", skip_serializing_if_is_none)]
pub(super) struct IntrospectionBody {
    /// Whether the token can be used.
    active: bool,
    /// What it may be used for.
    scope: Option<String>,
    /// The client it was issued to.
    client_id: Option<String>,
    /// The person's user name.
    username: Option<String>,
    /// `Bearer`, or `refresh_token`.
    token_type: Option<String>,
    /// When it ends.
    exp: Option<i64>,
    /// When it was issued.
    iat: Option<i64>,
    /// Whose it is: the person, or the client where it acts for itself.
    sub: Option<String>,
    /// What it is for: one resource or several, or the issuer.
    aud: Option<OneOrMany>,
    /// Who issued it.
    iss: Option<String>,
    /// Names the token.
    jti: Option<String>,
    /// When the person signed in.
    auth_time: Option<i64>,
    /// How (RFC 8176).
    amr: Option<Vec<String>>,
    /// Names the grant it descends from.
    gid: Option<String>,
    /// Names the session it ends with.
    sid: Option<String>,
}

impl IntrospectionBody {
    /// What `issuer` tells.
    pub(super) fn new(answer: Introspection, issuer: &str) -> Self {
        match answer {
            Introspection::Inactive => Self::default(),
            Introspection::Access { claims, username } => Self::access(*claims, username),
            Introspection::Refresh { grant, expires_at, username } => {
                let iss = Some(issuer.to_owned());
                Self { username, iss, ..Self::refresh(&grant, expires_at, issuer) }
            }
        }
    }

    fn access(claims: AccessClaims, username: Option<String>) -> Self {
        Self {
            active: true,
            scope: named(&claims.scope),
            client_id: Some(claims.client.to_string()),
            username,
            token_type: Some("Bearer".to_owned()),
            exp: Some(claims.expires_at.as_unix()),
            iat: Some(claims.issued_at.as_unix()),
            sub: Some(claims.subject.to_string()),
            aud: OneOrMany::new(claims.audience),
            iss: Some(claims.issuer),
            jti: Some(claims.lineage.token.to_string()),
            auth_time: claims.auth_time.map(Timestamp::as_unix),
            amr: Some(claims.amr).filter(|methods| !methods.is_empty()),
            gid: Some(claims.lineage.grant.to_string()),
            sid: claims.lineage.session.map(|session| session.to_string()),
        }
    }

    fn refresh(grant: &Grant, expires_at: Timestamp, issuer: &str) -> Self {
        let audience = audience(issuer, &grant.resources, &grant.scope);
        Self {
            active: true,
            scope: named(&grant.scope),
            client_id: Some(grant.client.to_string()),
            token_type: Some("refresh_token".to_owned()),
            exp: Some(expires_at.as_unix()),
            sub: Some(grant.subject.to_string()),
            aud: OneOrMany::new(audience),
            gid: Some(grant.id.to_string()),
            ..Self::default()
        }
    }
}

/// A list of scopes has one at least (RFC 6749 §3.3).
fn named(scope: &Scope) -> Option<String> {
    (!scope.is_empty()).then(|| scope.to_string())
}
