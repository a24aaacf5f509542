//! The claims of tokens (RFC 9068 §2.2, OIDC Core §2).

use crate::{
    ClientId, ConsentId, GrantId, ResourceUri, Revocable, Revocation, Scope, SecurityStamp,
    SessionId, SubjectId, Timestamp, TokenId,
};

/// The claims of an access token (RFC 9068 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessClaims {
    /// `iss`.
    pub issuer: String,
    /// `sub`: the person, or the client where it acts for itself.
    pub subject: SubjectId,
    /// `aud`: the resources; the issuer where there are none, or where `openid` was granted, since
    /// the UserInfo endpoint is the issuer's.
    pub audience: Vec<String>,
    /// `client_id`.
    pub client: ClientId,
    /// `scope`.
    pub scope: Scope,
    /// `iat`. There is no `nbf`: a resource server whose clock is a second behind would refuse.
    pub issued_at: Timestamp,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `auth_time`.
    pub auth_time: Option<Timestamp>,
    /// `amr`.
    pub amr: Vec<String>,
    /// `jti`, and everything else whose revocation ends the token.
    pub lineage: Lineage,
}

/// The audience of an access token (RFC 9068 §3): the resources it is for, or the issuer where there
/// are none. Where `openid` is in its scope, the issuer is named beside the resources, so that the
/// token can be used at the UserInfo endpoint too; a token without the issuer cannot.
#[must_use]
pub fn audience(issuer: &str, resources: &[ResourceUri], scope: &Scope) -> Vec<String> {
    let mut audience: Vec<_> = resources.iter().map(ToString::to_string).collect();
    if audience.is_empty() || scope.contains(Scope::OPENID) {
        audience.push(issuer.to_owned());
    }
    audience
}

/// Everything whose revocation ends one access token. It travels in the token, so that issuing one
/// needs no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lineage {
    /// The token itself.
    pub token: TokenId,
    /// The grant it descends from.
    pub grant: GrantId,
    /// The consent behind that.
    pub consent: Option<ConsentId>,
    /// The session it must not outlive.
    pub session: Option<SessionId>,
    /// The person's stamp; see [`crate::User::stamp`].
    pub stamp: Option<SecurityStamp>,
}

impl Lineage {
    /// Everything in it that can be revoked by name.
    pub fn links(&self) -> impl Iterator<Item = Revocable> {
        let always = [Revocable::Token(self.token.clone()), Revocable::Grant(self.grant.clone())];
        let consent = self.consent.clone().map(Revocable::Consent);
        let session = self.session.clone().map(Revocable::Session);
        always.into_iter().chain(consent).chain(session)
    }
}

impl AccessClaims {
    /// The revocation that ends just this token.
    #[must_use]
    pub fn revocation(&self) -> Revocation {
        Revocation {
            what: Revocable::Token(self.lineage.token.clone()),
            expires_at: self.expires_at,
        }
    }
}

/// The claims of an ID token (OIDC Core §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdClaims {
    /// `iss`.
    pub issuer: String,
    /// `sub`.
    pub subject: SubjectId,
    /// `aud`.
    pub client: ClientId,
    /// `iat`.
    pub issued_at: Timestamp,
    /// `exp`.
    pub expires_at: Timestamp,
    /// `auth_time`.
    pub auth_time: Timestamp,
    /// `amr`.
    pub amr: Vec<String>,
    /// `nonce`, as the request had it.
    pub nonce: Option<String>,
    /// `sid`.
    pub session: Option<SessionId>,
    /// The claims about the person that the granted scopes allow.
    pub person: PersonClaims,
}

/// The claims of the scopes `profile` and `email` (OIDC Core §5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonClaims {
    /// `name`.
    pub name: Option<String>,
    /// `preferred_username`.
    pub preferred_username: Option<String>,
    /// `email`.
    pub email: Option<String>,
    /// `email_verified`.
    pub email_verified: Option<bool>,
}

impl PersonClaims {
    /// The claims about `user` that `scope` allows (OIDC Core §5.4).
    #[must_use]
    pub fn of(user: &crate::User, scope: &Scope) -> Self {
        let (profile, email) = (scope.contains(Scope::PROFILE), scope.contains(Scope::EMAIL));
        Self {
            name: user.name.clone().filter(|_| profile),
            preferred_username: profile.then(|| user.username.as_str().to_owned()),
            email: user.email.clone().filter(|_| email),
            email_verified: user.email.is_some().then_some(user.email_verified).filter(|_| email),
        }
    }
}
