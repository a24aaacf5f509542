//! Makes tokens. Every grant ends here.

use std::{sync::Arc, time::Duration};

use domain::{
    AccessClaims, Approval, Catalog, Client, ErrorCode, IdClaims, Issuer, Lineage, OAuthError,
    PersonClaims, RefreshLifetimes, ResourceUri, Scope, Secret, SubjectId, Timestamp, TokenId,
    User,
};

use crate::{Keys, Signing, World};

/// How far the clocks of two instances may be apart.
const SKEW: Duration = Duration::from_secs(30);

/// How long things live.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// An authorization code.
    pub code: Duration,
    /// An access token, where neither its client nor its resource says otherwise.
    pub access_token: Duration,
    /// The longest-lived access token of any client or resource.
    pub longest_access_token: Duration,
    /// An ID token.
    pub id_token: Duration,
    /// Refresh tokens.
    pub refresh: RefreshLifetimes,
    /// When the last family that was stored at the start expires. It may have been opened when
    /// refresh tokens still lived longer.
    pub families_until: Option<Timestamp>,
    /// A session.
    pub session: Duration,
    /// An interaction.
    pub interaction: Duration,
}

impl Lifetimes {
    /// When the last token that descends from an approval of today, or of before, has expired,
    /// whatever client and resource it is for. A revocation must be kept until then.
    pub(crate) fn end_of_grants(&self, now: Timestamp) -> Timestamp {
        let last_refresh = now.after(self.refresh.absolute).max(self.families_until.unwrap_or(now));
        last_refresh.after(self.longest_access_token)
    }
}

/// Makes access tokens and ID tokens.
#[derive(Clone)]
pub struct Mint {
    /// Who signs.
    pub issuer: Issuer,
    /// With what.
    pub keys: Arc<Keys>,
    /// Which of the keys signs what.
    pub signing: Signing,
    /// What tokens may be for.
    pub catalog: Arc<Catalog>,
    /// How long they live.
    pub lifetimes: Lifetimes,
    /// Time, chance and the audit record.
    pub world: World,
}

/// A fresh access token.
pub(crate) struct Minted {
    pub(crate) token: Secret,
    pub(crate) claims: AccessClaims,
}

impl Minted {
    pub(crate) fn expires_in(&self) -> u64 {
        self.claims.expires_at.since(self.claims.issued_at).as_secs()
    }
}

impl Mint {
    /// An access token for a person, by an approval of theirs.
    pub(crate) fn for_person(
        &self,
        client: &Client,
        approval: &Approval,
        scope: Scope,
        resources: &[ResourceUri],
    ) -> Result<Minted, OAuthError> {
        let lineage = approval.lineage(self.world.id(TokenId::new));
        let claims = AccessClaims {
            auth_time: Some(approval.auth_time),
            amr: approval.amr.clone(),
            ..self.claims(client, approval.subject.clone(), scope, resources, lineage)
        };
        self.sign(claims, resources)
    }

    /// An access token for a client that acts for itself.
    pub(crate) fn for_client(
        &self,
        client: &Client,
        scope: Scope,
        resources: &[ResourceUri],
    ) -> Result<Minted, OAuthError> {
        let token = self.world.id(TokenId::new);
        let grant = domain::GrantId::new(token.as_str());
        let lineage = Lineage { token, grant, consent: None, session: None, stamp: None };
        let subject = SubjectId::new(client.id.as_str());
        self.sign(self.claims(client, subject, scope, resources, lineage), resources)
    }

    fn claims(
        &self,
        client: &Client,
        subject: SubjectId,
        scope: Scope,
        resources: &[ResourceUri],
        lineage: Lineage,
    ) -> AccessClaims {
        let now = self.world.now();
        AccessClaims {
            issuer: self.issuer.as_str().to_owned(),
            subject,
            audience: domain::audience(self.issuer.as_str(), resources, &scope),
            client: client.id.clone(),
            scope,
            issued_at: now,
            expires_at: now.after(self.access_token_lifetime(client, resources)),
            auth_time: None,
            amr: Vec::new(),
            lineage,
        }
    }

    fn sign(&self, claims: AccessClaims, resources: &[ResourceUri]) -> Result<Minted, OAuthError> {
        let algorithm = self.signing.access_token(resources, &self.catalog);
        let token = self.keys.signer(algorithm).access_token(&claims).map_err(unsigned)?;
        Ok(Minted { token, claims })
    }

    /// An ID token to go with an access token, if `openid` was granted (OIDC Core §3.1.3.3).
    pub(crate) fn id_token(
        &self,
        client: &Client,
        minted: &Minted,
        approval: &Approval,
        user: &User,
        nonce: Option<String>,
    ) -> Result<Option<Secret>, OAuthError> {
        if !minted.claims.scope.contains(Scope::OPENID) {
            return Ok(None);
        }
        let now: Timestamp = minted.claims.issued_at;
        let claims = IdClaims {
            issuer: self.issuer.as_str().to_owned(),
            subject: approval.subject.clone(),
            client: approval.client.clone(),
            issued_at: now,
            expires_at: now.after(self.lifetimes.id_token),
            auth_time: approval.auth_time,
            amr: approval.amr.clone(),
            nonce,
            session: approval.session.clone(),
            person: PersonClaims::of(user, &minted.claims.scope),
        };
        let signer = self.keys.signer(self.signing.id_token(client));
        signer.id_token(&claims, &minted.token).map(Some).map_err(unsigned)
    }

    /// Whether an access token is ours and its time has come and not gone.
    pub(crate) fn is_current(&self, claims: &AccessClaims) -> bool {
        let now = self.world.now();
        claims.issuer == self.issuer.as_str()
            && claims.issued_at <= now.after(SKEW)
            && now < claims.expires_at
    }

    /// The shortest that the client and the resources ask for; else the server's.
    pub(crate) fn access_token_lifetime(
        &self,
        client: &Client,
        resources: &[ResourceUri],
    ) -> Duration {
        let known = resources.iter().filter_map(|uri| self.catalog.find(uri));
        let asked = known.filter_map(|resource| resource.access_token_lifetime);
        asked.chain(client.lifetimes.access_token).min().unwrap_or(self.lifetimes.access_token)
    }

    /// How long the refresh tokens of a client are good for.
    pub(crate) fn refresh_lifetimes(&self, client: &Client) -> RefreshLifetimes {
        let server = self.lifetimes.refresh;
        RefreshLifetimes { idle: client.lifetimes.refresh_idle.unwrap_or(server.idle), ..server }
    }
}

fn unsigned(error: ports::outbound::SignError) -> OAuthError {
    OAuthError::new(ErrorCode::ServerError).because(error)
}
