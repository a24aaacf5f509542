//! The introspection response (RFC 7662 §2.2).

use domain::{AccessClaims, Grant, Scope, Timestamp, audience};
use poem_openapi::Object;
use ports::inbound::Introspection;

use crate::payload::OneOrMany;

/// An introspection response (RFC 7662 §2.2). For a token that is not active, `active` is the only
/// member.
#[derive(Debug, Default, Object)]
#[oai(rename = "Introspection", skip_serializing_if_is_none)]
pub(super) struct IntrospectionBody {
    /// Whether the token is valid now.
    active: bool,
    /// The scopes of the token, separated by spaces.
    scope: Option<String>,
    /// The identifier of the client that the token was issued to.
    client_id: Option<String>,
    /// The user name of the person who granted the token.
    username: Option<String>,
    /// The type of the token: `Bearer` for an access token, or `refresh_token`.
    token_type: Option<String>,
    /// The time at which the token expires, in seconds since 1970-01-01 UTC.
    exp: Option<i64>,
    /// The time at which the token was issued, in seconds since 1970-01-01 UTC.
    iat: Option<i64>,
    /// The subject: the person, or the client if the token was issued to the client itself.
    sub: Option<String>,
    /// The audience: one resource or several, or the issuer.
    aud: Option<OneOrMany>,
    /// The issuer identifier.
    iss: Option<String>,
    /// The identifier of the token.
    jti: Option<String>,
    /// The time at which the person signed in, in seconds since 1970-01-01 UTC.
    auth_time: Option<i64>,
    /// The authentication methods that the person signed in with (RFC 8176).
    amr: Option<Vec<String>>,
    /// The identifier of the grant that the token belongs to.
    gid: Option<String>,
    /// The identifier of the session that the token ends with.
    sid: Option<String>,
}

impl IntrospectionBody {
    /// The response of `issuer`.
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

/// The scopes as a parameter; `None` if there are none, since a list of scopes has at least one
/// (RFC 6749 §3.3).
fn named(scope: &Scope) -> Option<String> {
    (!scope.is_empty()).then(|| scope.to_string())
}
