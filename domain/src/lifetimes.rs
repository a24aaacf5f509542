//! The lifetimes of everything that is issued.

use std::time::Duration;

use crate::{Catalog, Client, RefreshLifetimes, ResourceUri, Timestamp};

/// The lifetimes of everything that is issued.
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
    /// The time at which the last family that was stored at the start expires. It may have been opened
    /// when refresh tokens still lived longer.
    pub families_until: Option<Timestamp>,
    /// A session.
    pub session: Duration,
    /// An interaction.
    pub interaction: Duration,
}

impl Lifetimes {
    /// The time at which the last token that descends from a grant of today, or of before, has expired,
    /// whatever client and resource it is for. A revocation must be kept until then.
    #[must_use]
    pub fn end_of_grants(&self, now: Timestamp) -> Timestamp {
        let last_refresh = now.after(self.refresh.absolute).max(self.families_until.unwrap_or(now));
        last_refresh.after(self.longest_access_token)
    }

    /// The lifetime of an access token: the shortest that the client and the resources ask for, else
    /// the server's.
    #[must_use]
    pub fn access_token(
        &self,
        client: &Client,
        resources: &[ResourceUri],
        catalog: &Catalog,
    ) -> Duration {
        let known = resources.iter().filter_map(|uri| catalog.find(uri));
        let asked = known.filter_map(|resource| resource.access_token_lifetime);
        asked.chain(client.lifetimes.access_token).min().unwrap_or(self.access_token)
    }

    /// The lifetimes of the refresh tokens of a client.
    #[must_use]
    pub fn refresh_tokens(&self, client: &Client) -> RefreshLifetimes {
        let idle = client.lifetimes.refresh_idle.unwrap_or(self.refresh.idle);
        RefreshLifetimes { idle, ..self.refresh }
    }
}
