//! Where the front channel sends people.

use domain::{AddressBlock, Client, ErrorCode, Limit, LimitKey, OAuthError, RedirectUri};
use ports::inbound::Browser;

use crate::Flow;

impl Flow {
    /// Refuses to answer a client at a redirect URI of its that leads to pages of this server, or that is
    /// not among those approved here. It may have been registered before that was a rule.
    pub(crate) async fn check_answered(
        &self,
        client: &Client,
        uri: &RedirectUri,
        browser: &Browser,
    ) -> Result<(), OAuthError> {
        let hint = if self.mint.issuer.reserves(uri) {
            self.mint.issuer.reservation(uri)
        } else if self.redirects.still_allows(client, uri) {
            return Ok(());
        } else {
            unapproved(uri)
        };
        Err(self.refuse_place(client, hint, browser).await)
    }

    /// Refuses likewise to send people there after they have signed out.
    pub(crate) async fn check_left_for(
        &self,
        client: &Client,
        uri: &RedirectUri,
        browser: &Browser,
    ) -> Result<(), OAuthError> {
        let hint = if self.mint.issuer.reserves(uri) {
            self.mint.issuer.reservation(uri)
        } else if self.redirects.still_leads(client, uri) {
            return Ok(());
        } else {
            unapproved(uri)
        };
        Err(self.refuse_place(client, hint, browser).await)
    }

    /// The refusal, which goes to the log too: one line a while for each client and address, since
    /// anybody can cause any number of them.
    async fn refuse_place(&self, client: &Client, hint: String, browser: &Browser) -> OAuthError {
        let block = AddressBlock::of(&browser.origin);
        if self.limits.take(Limit::Alarm, LimitKey::client_at(&client.id, block)).await.is_ok() {
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
