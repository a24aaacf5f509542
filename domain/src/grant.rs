//! Grants: what a person has approved for a client, and the tokens that may be made of it.

use crate::{
    Catalog, Client, ClientId, ConsentId, ErrorCode, GrantId, Lineage, OAuthError, ResourceUri,
    Scope, SecurityStamp, SessionId, SubjectId, Timestamp, TokenId,
};

/// One grant: the approval of a person for a client. Every code, refresh token and access token that
/// descends from it carries its identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Identifies the grant.
    pub id: GrantId,
    /// For whom.
    pub client: ClientId,
    /// By whom.
    pub subject: SubjectId,
    /// The scope that was granted.
    pub scope: Scope,
    /// The scope that the client asked for besides and was not granted.
    pub declined: Scope,
    /// The resources that the tokens are for; an empty list stands for the issuer.
    pub resources: Vec<ResourceUri>,
    /// The remembered consent behind it.
    pub consent: Option<ConsentId>,
    /// The session it was made in.
    pub session: Option<SessionId>,
    /// The person's [`crate::User::stamp`] at the time.
    pub stamp: Option<SecurityStamp>,
    /// The time at which the person last signed in (`auth_time`).
    pub auth_time: Timestamp,
    /// The methods by which they signed in (`amr`, RFC 8176).
    pub amr: Vec<String>,
}

impl Grant {
    /// A bare grant, of nothing yet.
    #[must_use]
    pub fn new(id: GrantId, client: ClientId, subject: SubjectId, auth_time: Timestamp) -> Self {
        Self {
            id,
            client,
            subject,
            scope: Scope::default(),
            declined: Scope::default(),
            resources: Vec::new(),
            consent: None,
            session: None,
            stamp: None,
            auth_time,
            amr: Vec::new(),
        }
    }

    /// Everything whose revocation ends the access token `token` made of this grant. A grant with
    /// `offline_access` outlives the session it was made in (OIDC Core §11).
    #[must_use]
    pub fn lineage(&self, token: TokenId) -> Lineage {
        let offline = self.scope.contains(Scope::OFFLINE_ACCESS);
        Lineage {
            token,
            grant: self.id.clone(),
            consent: self.consent.clone(),
            session: self.session.clone().filter(|_| !offline),
            stamp: self.stamp.clone(),
        }
    }

    /// The scope and resources of an access token made of this grant, if the token request asks for
    /// `scope` and `resource` (OAuth 2.1 §4.3.1, RFC 8707 §2.2). It may ask for less, never for more;
    /// and whatever was approved once, the client's ceiling and the catalog of today still hold.
    ///
    /// Clients repeat the scope of the authorization request with every refresh (`requests-oauthlib`
    /// does). What was part of that request and is not to be had is left out, as long as anything
    /// remains; what was not is an error (RFC 6749 §6).
    ///
    /// # Errors
    ///
    /// `invalid_target` or `invalid_scope`.
    pub fn narrow(
        &self,
        wanted: &RequestedAccess,
        client: &Client,
        catalog: &Catalog,
    ) -> Result<(Scope, Vec<ResourceUri>), OAuthError> {
        let (possible, resources) = self.attainable(&wanted.resource, client, catalog)?;
        match &wanted.scope {
            None => Ok((possible, resources)),
            Some(asked) => {
                let (granted, excess) = (asked.intersection(&possible), asked.without(&possible));
                let repeated = excess.is_within(&self.scope.union(&self.declined));
                if excess.is_empty() || (repeated && !granted.is_empty()) {
                    return Ok((granted, resources));
                }
                Err(OAuthError::new(ErrorCode::InvalidScope).hint(format!("not granted: {excess}")))
            }
        }
    }

    /// The access that redeeming a code gives. Clients repeat at the token endpoint the `scope` of the
    /// authorization request, of which the person may have granted less; no specification defines the
    /// parameter there (RFC 6749 §4.1.3), so it narrows where it can and never is an error.
    ///
    /// # Errors
    ///
    /// `invalid_target`.
    pub fn narrow_leniently(
        &self,
        wanted: &RequestedAccess,
        client: &Client,
        catalog: &Catalog,
    ) -> Result<(Scope, Vec<ResourceUri>), OAuthError> {
        let (possible, resources) = self.attainable(&wanted.resource, client, catalog)?;
        let common = wanted.scope.as_ref().map(|asked| asked.intersection(&possible));
        let narrower = common.filter(|common| !common.is_empty());
        Ok((narrower.unwrap_or(possible), resources))
    }

    /// The most that a token for the resources `asked` may carry today.
    fn attainable(
        &self,
        asked: &[String],
        client: &Client,
        catalog: &Catalog,
    ) -> Result<(Scope, Vec<ResourceUri>), OAuthError> {
        let resources = self.narrow_resources(asked, client, catalog)?;
        Ok((client.ceiling(&catalog.grantable(&self.scope, &resources)), resources))
    }

    fn narrow_resources(
        &self,
        asked: &[String],
        client: &Client,
        catalog: &Catalog,
    ) -> Result<Vec<ResourceUri>, OAuthError> {
        let refuse = |hint: String| OAuthError::new(ErrorCode::InvalidTarget).hint(hint);
        let possible =
            |uri: &&ResourceUri| catalog.offers(uri) && client.may_reach(std::slice::from_ref(uri));
        let granted: Vec<_> = self.resources.iter().filter(possible).cloned().collect();
        let resolved = catalog.named(asked).map_err(|error| refuse(error.to_string()))?;
        if resolved.is_empty() {
            let gone = granted.is_empty() && !self.resources.is_empty();
            let refusal =
                || refuse("no token can be had any more for what was approved".to_owned());
            return if gone { Err(refusal()) } else { Ok(granted) };
        }
        let approved = |uri: &ResourceUri| {
            let found = granted.iter().find(|known| known.is_same(uri)).cloned();
            found
                .ok_or_else(|| refuse(format!("`{uri}` was not part of the authorization request")))
        };
        resolved.iter().map(approved).collect()
    }
}

/// The scope and resources that a token request asks for.
#[derive(Clone, Debug, Default)]
pub struct RequestedAccess {
    /// A narrower scope.
    pub scope: Option<Scope>,
    /// Fewer resources.
    pub resource: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClientLifetimes, ClientMetadata, ClientState, Credential, RegistrationSource};

    fn scope(list: &str) -> Scope {
        Scope::parse(list).expect("lawful")
    }

    fn client(ceiling: Option<&str>) -> Client {
        Client {
            id: ClientId::new("web"),
            credential: Credential::Public,
            metadata: ClientMetadata { scope: ceiling.map(scope), ..ClientMetadata::default() },
            lifetimes: ClientLifetimes::default(),
            origin: RegistrationSource::Operator,
            created_at: Timestamp::from_unix(0),
            state: ClientState::Active,
        }
    }

    fn grant() -> Grant {
        let resource = |raw| ResourceUri::parse(raw).expect("absolute");
        Grant {
            scope: scope("a b"),
            resources: vec![resource("https://one.example/x"), resource("https://two.example/x")],
            session: Some(SessionId::new("s")),
            ..Grant::new(
                GrantId::new("g"),
                ClientId::new("web"),
                SubjectId::new("ada"),
                Timestamp::from_unix(0),
            )
        }
    }

    fn narrow(
        asked: Option<&str>,
        resource: &[&str],
        ceiling: Option<&str>,
    ) -> Result<(String, usize), ErrorCode> {
        let wanted = RequestedAccess {
            scope: asked.map(scope),
            resource: resource.iter().map(|&raw| raw.to_owned()).collect(),
        };
        let open = Catalog { accepts_unregistered: true, ..Catalog::default() };
        let narrowed = grant().narrow(&wanted, &client(ceiling), &open);
        narrowed
            .map(|(scope, resources)| (scope.to_string(), resources.len()))
            .map_err(|error| error.code)
    }

    #[test]
    fn less_may_be_asked_and_never_more() {
        assert_eq!(narrow(None, &[], None), Ok(("a b".to_owned(), 2)));
        assert_eq!(narrow(Some("b"), &["https://two.example/x"], None), Ok(("b".to_owned(), 1)));
        assert_eq!(narrow(Some("a c"), &[], None), Err(ErrorCode::InvalidScope));
        assert_eq!(narrow(None, &["https://three.example/x"], None), Err(ErrorCode::InvalidTarget));
    }

    #[test]
    fn a_refresh_that_repeats_what_was_asked_for_gets_what_was_granted() {
        let open = Catalog { accepts_unregistered: true, ..Catalog::default() };
        let refresh = |asked: &str, ceiling: Option<&str>| {
            let wanted =
                RequestedAccess { scope: Some(scope(asked)), ..RequestedAccess::default() };
            let grant = Grant { declined: scope("c"), ..grant() };
            let narrowed = grant.narrow(&wanted, &client(ceiling), &open);
            narrowed.map(|(scope, _)| scope.to_string()).map_err(|error| error.code)
        };
        assert_eq!(refresh("a b c", None), Ok("a b".to_owned()), "the person unticked `c`");
        assert_eq!(refresh("a b", Some("a")), Ok("a".to_owned()), "the ceiling is lower today");
        assert_eq!(refresh("a b c d", None), Err(ErrorCode::InvalidScope), "never asked for `d`");
        assert_eq!(refresh("c", None), Err(ErrorCode::InvalidScope), "nothing would remain");
    }

    #[test]
    fn a_scope_beside_a_code_narrows_and_is_never_an_error() {
        let open = Catalog { accepts_unregistered: true, ..Catalog::default() };
        let redeem = |asked: &str| {
            let wanted =
                RequestedAccess { scope: Some(scope(asked)), ..RequestedAccess::default() };
            let narrowed = grant().narrow_leniently(&wanted, &client(None), &open);
            narrowed.map(|(scope, _)| scope.to_string()).map_err(|error| error.code)
        };
        assert_eq!(redeem("a b c"), Ok("a b".to_owned()), "the person unticked `c`");
        assert_eq!(redeem("b"), Ok("b".to_owned()));
        assert_eq!(redeem("c"), Ok("a b".to_owned()), "nothing in common says nothing");
    }

    #[test]
    fn the_issuer_as_a_resource_narrows_nothing() {
        let issuer = ResourceUri::parse("https://auth.example").expect("absolute");
        let catalog =
            Catalog { accepts_unregistered: true, issuer: Some(issuer), ..Catalog::default() };
        let wanted =
            RequestedAccess { scope: None, resource: vec!["https://auth.example/".to_owned()] };
        let narrowed = grant().narrow(&wanted, &client(None), &catalog).expect("possible");
        assert_eq!(narrowed.1.len(), 2);
    }

    #[test]
    fn a_ceiling_that_was_lowered_since_holds() {
        assert_eq!(narrow(None, &[], Some("a")), Ok(("a".to_owned(), 2)));
        assert_eq!(narrow(Some("b"), &[], Some("a")), Err(ErrorCode::InvalidScope));
    }

    #[test]
    fn a_resource_that_is_gone_gets_no_more_tokens() {
        let narrowed =
            grant().narrow(&RequestedAccess::default(), &client(None), &Catalog::default());
        assert_eq!(narrowed.map_err(|error| error.code), Err(ErrorCode::InvalidTarget));
    }

    #[test]
    fn offline_access_outlives_the_session() {
        let token = || TokenId::new("t");
        assert!(grant().lineage(token()).session.is_some());
        let offline = Grant { scope: scope("offline_access"), ..grant() };
        assert!(offline.lineage(token()).session.is_none());
    }
}
