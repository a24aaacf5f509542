//! The making of access tokens and ID tokens.

use std::sync::Arc;

use domain::{
    AccessClaims, Catalog, Client, ErrorCode, Grant, GrantId, IdClaims, Issuer, Lifetimes, Lineage,
    OAuthError, PersonClaims, ResourceUri, Scope, Secret, SubjectId, Timestamp, TokenId, User,
};

use crate::{Context, Keys, Signing};

/// Makes access tokens and ID tokens.
#[derive(Clone)]
pub struct TokenMint {
    /// The issuer identifier (`iss`).
    pub issuer: Issuer,
    /// With what.
    pub keys: Arc<Keys>,
    /// The algorithms that sign tokens.
    pub signing: Signing,
    /// The resources that tokens may be for.
    pub catalog: Arc<Catalog>,
    /// The lifetimes of tokens.
    pub lifetimes: Lifetimes,
    /// The clock, the entropy and the audit record.
    pub context: Context,
}

/// The access token to make.
pub(super) struct TokenSpec<'a> {
    /// `sub`: a person, or the client that acts for itself.
    pub(super) subject: SubjectId,
    pub(super) scope: Scope,
    /// The resources that the token is for; an empty list stands for the issuer.
    pub(super) resources: &'a [ResourceUri],
    pub(super) lineage: Lineage,
    /// `auth_time` and `amr` of the person.
    pub(super) auth_time: Option<Timestamp>,
    pub(super) amr: Vec<String>,
}

/// A fresh access token.
pub(super) struct Minted {
    pub(super) token: Secret,
    pub(super) claims: AccessClaims,
}

impl Minted {
    pub(super) fn expires_in(&self) -> u64 {
        self.claims.expires_at.since(self.claims.issued_at).as_secs()
    }
}

impl TokenMint {
    /// Makes an access token (RFC 9068).
    pub(super) fn access_token(
        &self,
        client: &Client,
        spec: TokenSpec<'_>,
    ) -> Result<Minted, OAuthError> {
        let now = self.context.now();
        let claims = AccessClaims {
            issuer: self.issuer.as_str().to_owned(),
            audience: domain::audience(self.issuer.as_str(), spec.resources, &spec.scope),
            subject: spec.subject,
            client: client.id.clone(),
            scope: spec.scope,
            issued_at: now,
            expires_at: now.after(self.lifetimes.access_token(
                client,
                spec.resources,
                &self.catalog,
            )),
            auth_time: spec.auth_time,
            amr: spec.amr,
            lineage: spec.lineage,
        };
        let algorithm = self.signing.access_token(spec.resources, &self.catalog);
        let token = self.keys.signer(algorithm).access_token(&claims).map_err(unsigned)?;
        Ok(Minted { token, claims })
    }

    /// The access token of a person's grant.
    pub(super) fn for_person<'a>(
        &self,
        grant: &Grant,
        scope: Scope,
        resources: &'a [ResourceUri],
    ) -> TokenSpec<'a> {
        TokenSpec {
            subject: grant.subject.clone(),
            scope,
            resources,
            lineage: grant.lineage(self.context.id(TokenId::new)),
            auth_time: Some(grant.auth_time),
            amr: grant.amr.clone(),
        }
    }

    /// The access token of a client that acts for itself.
    pub(super) fn for_client<'a>(
        &self,
        client: &Client,
        scope: Scope,
        resources: &'a [ResourceUri],
    ) -> TokenSpec<'a> {
        let token = self.context.id(TokenId::new);
        let grant = GrantId::new(token.as_str());
        let lineage = Lineage { token, grant, consent: None, session: None, stamp: None };
        let subject = SubjectId::new(client.id.as_str());
        TokenSpec { subject, scope, resources, lineage, auth_time: None, amr: Vec::new() }
    }

    /// An ID token to go with an access token, if `openid` was granted (OIDC Core §3.1.3.3).
    pub(super) fn id_token(
        &self,
        client: &Client,
        minted: &Minted,
        grant: &Grant,
        user: &User,
        nonce: Option<String>,
    ) -> Result<Option<Secret>, OAuthError> {
        if !minted.claims.scope.contains(Scope::OPENID) {
            return Ok(None);
        }
        let now: Timestamp = minted.claims.issued_at;
        let claims = IdClaims {
            issuer: self.issuer.as_str().to_owned(),
            subject: grant.subject.clone(),
            client: grant.client.clone(),
            issued_at: now,
            expires_at: now.after(self.lifetimes.id_token),
            auth_time: grant.auth_time,
            amr: grant.amr.clone(),
            nonce,
            session: grant.session.clone(),
            person: PersonClaims::of(user, &minted.claims.scope),
        };
        let signer = self.keys.signer(self.signing.id_token(client));
        signer.id_token(&claims, &minted.token).map(Some).map_err(unsigned)
    }
}

fn unsigned(error: ports::outbound::SignError) -> OAuthError {
    OAuthError::new(ErrorCode::ServerError).because(error)
}
