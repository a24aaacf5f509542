//! The policy for registrations.

use super::{one_of, refuse_redirect};
use crate::{Algorithm, AuthMethod, Client, GrantType, Issuer, OAuthError, RedirectUri};

/// The policy for registrations.
#[derive(Clone, Debug)]
pub struct RegistrationPolicy {
    /// The grants a client may register itself for.
    pub grant_types: Vec<GrantType>,
    /// The redirect URIs that it may register.
    pub redirects: RedirectPolicy,
    /// The algorithm of the ID tokens of a client that asks for none, or for one that is not
    /// offered. `None` leaves it open: then whatever the server prefers at the time.
    pub id_token_algorithm: Option<Algorithm>,
    /// This server's own web origin, where the scripts of every other may register nothing that works
    /// without a person: whatever page somebody visits can reach a server on their own machine.
    pub mistrusts_pages_beside: Option<String>,
    /// The server itself, which has [objections](Issuer::objection) to some places. `None` leaves them
    /// to the caller.
    pub issuer: Option<Issuer>,
}

/// The redirect URIs that a client may register.
#[derive(Clone, Debug)]
pub enum RedirectPolicy {
    /// Any that is safe: for clients that an operator has checked.
    Any,
    /// Any that is safe, and whose private-use scheme has an owner ([`RedirectUri::has_owner`]).
    Owned {
        /// Schemes besides those that are known, in lower case.
        schemes: Vec<String>,
    },
    /// Those that one of these allows.
    Approved(Vec<RedirectUri>),
}

impl RegistrationPolicy {
    /// The grant types of a client that names none: the code flow, refresh included, as far as it
    /// may be registered.
    pub(super) fn usual_grant_types(&self) -> Vec<GrantType> {
        self.grant_types.iter().copied().filter(|grant| grant.is_usual()).collect()
    }

    /// The grant type of this name, if a client that authenticates by `method`, and whose request a
    /// script of `page` may have sent, may have it. A public client cannot act for itself.
    pub(super) fn grant_type(
        &self,
        name: &str,
        method: AuthMethod,
        page: Option<&str>,
    ) -> Option<GrantType> {
        let may_have = |grant: &GrantType| {
            grant.needs_person() || method != AuthMethod::None && !self.mistrusts(page)
        };
        let open = GrantType::from_wire(name).filter(|grant| self.grant_types.contains(grant));
        open.filter(may_have)
    }

    /// Whether scripts of `page` may register nothing that works without a person.
    fn mistrusts(&self, page: Option<&str>) -> bool {
        let home = self.mistrusts_pages_beside.as_deref();
        home.is_some_and(|home| page.is_some_and(|page| page != home))
    }

    /// The names of the grant types that may be registered, for an error message.
    pub(super) fn offered_grants(&self) -> String {
        one_of(self.grant_types.iter().map(|grant| grant.as_str()))
    }

    /// Whether a client may be answered, and people be sent after signing out, at these places. Where
    /// an approved redirect URI leads, people may be sent to every path.
    pub(super) fn check_redirects(
        &self,
        uris: &[RedirectUri],
        post_logout: &[RedirectUri],
    ) -> Result<(), OAuthError> {
        self.check_cookies(uris.iter().chain(post_logout))?;
        let approved = match &self.redirects {
            RedirectPolicy::Any => return Ok(()),
            RedirectPolicy::Owned { schemes } => {
                return check_owners(uris.iter().chain(post_logout), schemes);
            }
            RedirectPolicy::Approved(approved) => approved,
        };
        let allows = |uri: &&RedirectUri| approved.iter().any(|known| known.allows(uri.as_str()));
        let leads = |uri: &&RedirectUri| approved.iter().any(|known| known.leads_where(uri));
        let strange = uris.iter().find(|uri| !allows(uri));
        match strange.or_else(|| post_logout.iter().find(|uri| !leads(uri))) {
            None => Ok(()),
            Some(uri) => Err(refuse_redirect(format!(
                "`{uri}` is not among the redirect URIs approved here"
            ))),
        }
    }

    /// No client may be answered where the cookies of this server could be misused.
    fn check_cookies<'a>(
        &self,
        mut uris: impl Iterator<Item = &'a RedirectUri>,
    ) -> Result<(), OAuthError> {
        let Some(issuer) = &self.issuer else { return Ok(()) };
        let is_self_registered = !matches!(self.redirects, RedirectPolicy::Any);
        match uris.find_map(|uri| issuer.objection(uri, is_self_registered)) {
            None => Ok(()),
            Some(objection) => Err(refuse_redirect(objection)),
        }
    }
}

/// The purpose for which a browser is sent to a registered URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectUse {
    /// The answer to an authorization request (`redirect_uri`).
    Authorization,
    /// The return after logout (`post_logout_redirect_uri`).
    Logout,
}

impl RedirectPolicy {
    /// Whether a browser may still be sent to `uri`, which the client has registered. It may have
    /// registered itself before there was a list of approved redirect URIs.
    #[must_use]
    pub fn still_permits(&self, client: &Client, uri: &RedirectUri, purpose: RedirectUse) -> bool {
        let covers = |approved: &RedirectUri| match purpose {
            RedirectUse::Authorization => approved.allows(uri.as_str()),
            RedirectUse::Logout => approved.leads_where(uri),
        };
        match self {
            Self::Approved(approved) if client.is_self_registered() => approved.iter().any(covers),
            Self::Approved(_) | Self::Any | Self::Owned { .. } => true,
        }
    }
}

fn check_owners<'a>(
    mut uris: impl Iterator<Item = &'a RedirectUri>,
    schemes: &[String],
) -> Result<(), OAuthError> {
    match uris.find(|uri| !uri.has_owner(schemes)) {
        None => Ok(()),
        Some(uri) => Err(refuse_redirect(format!(
            "`{uri}`: any program could claim this scheme; use a domain name of yours in reverse, such \
             as `com.example.app:/callback` (RFC 8252 section 7.1), or have the operator add the scheme \
             to `registration.private_use_schemes`"
        ))),
    }
}
