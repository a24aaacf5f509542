//! Checks of the URIs that browsers are sent to.

use std::sync::Arc;

use domain::{
    AddressBlocks, Client, ErrorCode, Issuer, Limit, LimitKey, OAuthError, RedirectPolicy,
    RedirectUri, RedirectUse, RequestSource,
};
use ports::{
    inbound::{Browser, UnknownClient, UnknownRedirectUri},
    outbound::Limits,
};

use super::dead_ends::cut;

/// The rules for redirect URIs, beside that they are registered.
pub struct RedirectRules {
    /// The issuer, to whose own pages nobody is sent.
    pub issuer: Issuer,
    /// The redirect URIs at which clients that registered themselves may be answered.
    pub policy: RedirectPolicy,
    /// Bounds the log lines about refusals.
    pub limits: Arc<dyn Limits>,
}

impl RedirectRules {
    /// Refuses to send a browser to a registered URI to which this server has an
    /// [objection](Issuer::objection), or that is not among those approved here. It may have been
    /// registered before that was a rule.
    pub(crate) async fn check(
        &self,
        client: &Client,
        uri: &RedirectUri,
        purpose: RedirectUse,
        browser: &Browser,
    ) -> Result<(), OAuthError> {
        let objection = self.issuer.objection(uri, client.is_self_registered());
        let is_permitted = self.policy.still_permits(client, uri, purpose);
        match objection.or_else(|| (!is_permitted).then(|| unapproved(uri))) {
            None => Ok(()),
            Some(hint) => Err(self.refuse_redirect(client, hint, browser).await),
        }
    }

    /// Notes that a request names a client that nobody here knows. A flood of them leaves one line a
    /// while for each address.
    pub(crate) async fn note_unknown_client(
        &self,
        unknown: &UnknownClient,
        origin: &RequestSource,
    ) {
        let key = LimitKey::address(AddressBlocks::of(origin));
        if self.limits.take(Limit::Alarm, key).await.is_ok() {
            tracing::info!(
                client_id = ?cut(&unknown.client_id),
                redirect_uri = ?unknown.redirect_uri.as_deref().map(cut),
                "an authorization request names a client that is not registered here; it was deleted, \
                 or registered elsewhere"
            );
        }
    }

    /// Notes that a client asks to be answered where it is not registered, once a while for each
    /// client and address.
    pub(crate) async fn note_redirect_uri(
        &self,
        unknown: &UnknownRedirectUri,
        origin: &RequestSource,
    ) {
        let key = LimitKey::client_at(&unknown.client, AddressBlocks::of(origin));
        if self.limits.take(Limit::Alarm, key).await.is_ok() {
            tracing::warn!(
                client_id = %unknown.client,
                redirect_uri = ?unknown.requested.as_deref().map(cut),
                registered = unknown.registered,
                "an authorization request names a redirect URI that the client has not registered"
            );
        }
    }

    /// The refusal, which goes to the log too: one line a while for each client and address, since
    /// anybody can cause any number of them.
    async fn refuse_redirect(
        &self,
        client: &Client,
        hint: String,
        browser: &Browser,
    ) -> OAuthError {
        let blocks = AddressBlocks::of(&browser.origin);
        if self.limits.take(Limit::Alarm, LimitKey::client_at(&client.id, blocks)).await.is_ok() {
            tracing::info!(client = client.id.as_str(), reason = hint, "a redirect URI is refused");
        }
        OAuthError::new(ErrorCode::InvalidRequest).hint(hint)
    }
}

fn unapproved(uri: &RedirectUri) -> String {
    format!(
        "`{uri}` is not among the redirect URIs approved here, although this client has registered it"
    )
}
