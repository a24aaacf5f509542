//! Checks of the URIs that browsers are sent to.

use domain::{
    AddressBlocks, Client, ErrorCode, Limit, LimitKey, OAuthError, RedirectUri, RedirectUse,
};
use ports::inbound::Browser;

use crate::Flow;

impl Flow {
    /// Refuses to send a browser to a registered URI to which this server has an
    /// [objection](domain::Issuer::objection), or that is not among those approved here. It may have been
    /// registered before that was a rule.
    pub(crate) async fn check_redirect(
        &self,
        client: &Client,
        uri: &RedirectUri,
        purpose: RedirectUse,
        browser: &Browser,
    ) -> Result<(), OAuthError> {
        let objection = self.mint.issuer.objection(uri, client.is_self_registered());
        let is_permitted = self.redirects.still_permits(client, uri, purpose);
        match objection.or_else(|| (!is_permitted).then(|| unapproved(uri))) {
            None => Ok(()),
            Some(hint) => Err(self.refuse_redirect(client, hint, browser).await),
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
