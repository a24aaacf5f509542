//! What may be registered here.

use super::{excerpt, one_of, refuse, refuse_redirect};
use crate::{Algorithm, GrantType, OAuthError, RedirectUri};

/// What may be registered here.
#[derive(Clone, Debug)]
pub struct RegistrationPolicy {
    /// The grants a client may register itself for.
    pub grant_types: Vec<GrantType>,
    /// Which redirect URIs it may register.
    pub redirects: RedirectPolicy,
    /// What the ID tokens of a client are signed with that asks for nothing, or for what is not
    /// offered. `None` leaves it open: then whatever the server prefers at the time.
    pub id_token_algorithm: Option<Algorithm>,
    /// This server's own web origin, where the scripts of every other may register nothing that works
    /// without a person: whatever page somebody visits can reach a server on their own machine.
    pub mistrusts_pages_beside: Option<String>,
}

/// Which redirect URIs a client may register.
#[derive(Clone, Debug)]
pub enum RedirectPolicy {
    /// Any that is safe.
    Any,
    /// Those that one of these allows.
    Approved(Vec<RedirectUri>),
}

impl RegistrationPolicy {
    /// What a client gets that names no grant types: the code flow, refresh included, as far as it
    /// may be registered.
    pub(super) fn usual_grant_types(&self) -> Vec<GrantType> {
        let usual = [GrantType::AuthorizationCode, GrantType::RefreshToken];
        usual.into_iter().filter(|grant| self.grant_types.contains(grant)).collect()
    }

    /// The grant type of this name, if it may be registered.
    pub(super) fn grant_type(&self, name: &str) -> Result<GrantType, OAuthError> {
        let known = GrantType::from_wire(name).filter(|grant| self.grant_types.contains(grant));
        known.ok_or_else(|| {
            let allowed = one_of(self.grant_types.iter().map(|grant| grant.as_str()));
            let name = excerpt(name);
            refuse(format!(
                "`grant_types`: `{name}` cannot be registered here; it may be {allowed}"
            ))
        })
    }

    /// Whether a script of `page` may register for these grants.
    pub(super) fn check_page(
        &self,
        page: Option<&str>,
        grants: &[GrantType],
    ) -> Result<(), OAuthError> {
        let (Some(home), Some(page)) = (&self.mistrusts_pages_beside, page) else { return Ok(()) };
        if page == home || !grants.contains(&GrantType::ClientCredentials) {
            return Ok(());
        }
        Err(refuse("`client_credentials` cannot be registered by a web page here"))
    }

    /// Whether a client may be answered, and people be sent after signing out, at these places. Where
    /// an approved redirect URI leads, people may be sent to every path.
    pub(super) fn check_redirects(
        &self,
        uris: &[RedirectUri],
        post_logout: &[RedirectUri],
    ) -> Result<(), OAuthError> {
        let RedirectPolicy::Approved(approved) = &self.redirects else { return Ok(()) };
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
}
