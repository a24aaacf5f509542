//! Whether what was issued is still good.

use std::sync::Arc;

use domain::{AccessClaims, Grant, OAuthError, User};

use crate::{ClientCache, RevocationList, UserCache};

/// Tells whether grants and tokens are active: neither they nor anything that they hang on was revoked.
/// None of it costs a query.
#[derive(Clone)]
pub struct GrantStatus {
    /// Known clients.
    pub clients: Arc<ClientCache>,
    /// Known people.
    pub users: Arc<UserCache>,
    /// Everything that was revoked.
    pub revocations: Arc<RevocationList>,
}

/// The party that an access token stands for.
pub(crate) enum Holder {
    /// The client, which acts for itself.
    Client,
    /// A person.
    Person(Arc<User>),
}

impl GrantStatus {
    /// The person behind a grant; `None` if the grant is not active any more, or the person may not
    /// sign in.
    pub(crate) async fn active_grant(
        &self,
        grant: &Grant,
    ) -> Result<Option<Arc<User>>, OAuthError> {
        if self.revocations.has_withdrawn(grant) {
            return Ok(None);
        }
        let Some(user) = self.users.find(&grant.subject).await? else { return Ok(None) };
        let honoured = grant.stamp.as_ref().is_some_and(|stamp| user.honours(stamp));
        Ok(honoured.then_some(user))
    }

    /// The holder of an access token that has not expired; `None` if the token is not active any more.
    pub(super) async fn active_token(
        &self,
        claims: &AccessClaims,
    ) -> Result<Option<Holder>, OAuthError> {
        if self.revocations.has_ended(&claims.lineage) {
            return Ok(None);
        }
        let Some(client) = self.clients.find(&claims.client).await? else { return Ok(None) };
        if client.check_active().is_err() {
            return Ok(None);
        }
        let Some(stamp) = &claims.lineage.stamp else { return Ok(Some(Holder::Client)) };
        let user = self.users.find(&claims.subject).await?.filter(|user| user.honours(stamp));
        Ok(user.map(Holder::Person))
    }
}
