//! The look-ups that only one kind of aggregate needs.

use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
    net::IpAddr,
};

use async_trait::async_trait;
use domain::{
    AuthorizationCode, Client, ClientId, Consent, Event, RefreshFamily, RegistrationSource,
    Revocable, Revocation, Session, SigningKey, SubjectId, Timestamp, User, Username,
};
use ports::outbound::{
    Audit, AuthorizationCodes, Clients, Consents, Page, RefreshFamilies, Revocations, Sessions,
    SigningKeys, Store, StoreError, Stored, Users,
};

use crate::{Memory, keep::Kept, lock};

impl Memory {
    /// Everything of one kind that `keep` says yes to, in the order of `rank`.
    fn list<T: Kept, R: Ord>(&self, keep: impl Fn(&T) -> bool, rank: impl Fn(&T) -> R) -> Vec<T> {
        let all = lock(T::shelf(self));
        let values = all.values().map(|held| &held.value);
        let mut list: Vec<_> = values.filter(|value| keep(value)).cloned().collect();
        list.sort_by_key(rank);
        list
    }

    /// One page of everything of one kind.
    fn page_of<T: Kept, R: Ord>(&self, page: &Page<R>, rank: impl Fn(&T) -> R) -> Vec<T> {
        let comes_after = |value: &T| page.after.as_ref().is_none_or(|last| rank(value) > *last);
        let mut list = self.list(comes_after, &rank);
        list.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
        list
    }
}

impl Memory {
    /// Writes a value, and the event that comes with it: in an audit record elsewhere it is there
    /// before the value.
    async fn with_event(
        &self,
        event: Event,
        write: impl Future<Output = Result<(), StoreError>> + Send,
    ) -> Result<(), StoreError> {
        if let Some(audit) = &self.audit {
            audit.record(event).await?;
            return write.await;
        }
        write.await?;
        self.record(event).await
    }
}

#[async_trait]
impl Clients for Memory {
    async fn page(&self, page: Page<ClientId>) -> Result<Vec<Client>, StoreError> {
        Ok(self.page_of(&page, |client: &Client| client.id.clone()))
    }

    async fn forget_unused(
        &self,
        before: Timestamp,
        most: u32,
        limit: u32,
    ) -> Result<u64, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut clients = lock(&self.clients);
        let mut unused: Vec<_> = clients.values().filter_map(|held| unused(&held.value)).collect();
        unused.sort_by_key(|it| (it.never_used, Reverse(it.since), it.id.clone()));
        let mut seen = HashMap::<_, u32>::new();
        let mut ranked: Vec<_> = unused
            .iter()
            .map(|it| {
                let nth = seen.entry(it.from).or_default();
                *nth += 1;
                (*nth, Reverse(it.since), it.id.clone())
            })
            .collect();
        ranked.sort();
        let old = unused.iter().filter(|it| it.since < before).take(limit);
        let kept = usize::try_from(most).unwrap_or(usize::MAX);
        let many = ranked.iter().skip(kept).take(limit);
        let ids: HashSet<_> =
            old.map(|it| it.id.clone()).chain(many.map(|(_, _, id)| id.clone())).collect();
        clients.retain(|id, _| !ids.contains(id));
        Ok(ids.len() as u64)
    }
}

/// A client that registered itself, and that nobody vouches for.
struct Unused {
    from: Option<IpAddr>,
    never_used: bool,
    since: Timestamp,
    id: ClientId,
}

fn unused(client: &Client) -> Option<Unused> {
    let since = client.unused_since()?;
    let RegistrationSource::Dynamic { registered_from: from, last_used_at, .. } = client.origin
    else {
        return None;
    };
    Some(Unused { from, never_used: last_used_at.is_none(), since, id: client.id.clone() })
}

#[async_trait]
impl Users for Memory {
    async fn by_username(&self, username: &Username) -> Result<Option<Stored<User>>, StoreError> {
        let users = lock(&self.users);
        Ok(users.values().find(|held| held.value.username == *username).cloned())
    }

    async fn page(&self, page: Page<Username>) -> Result<Vec<User>, StoreError> {
        Ok(self.page_of(&page, |user: &User| user.username.clone()))
    }
}

#[async_trait]
impl Sessions for Memory {
    async fn of(&self, subject: &SubjectId, now: Timestamp) -> Result<Vec<Session>, StoreError> {
        let theirs = |session: &Session| session.subject == *subject && now < session.expires_at;
        let mut list = self.list(theirs, |session| Reverse(session.created_at));
        list.truncate(100);
        Ok(list)
    }
}

#[async_trait]
impl Consents for Memory {
    async fn of(&self, subject: &SubjectId) -> Result<Vec<Consent>, StoreError> {
        let theirs = |consent: &Consent| consent.subject == *subject;
        let mut list = self.list(theirs, |consent| Reverse(consent.created_at));
        list.truncate(500);
        Ok(list)
    }

    async fn end_all(
        &self,
        client: &ClientId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Revocation>, StoreError> {
        let theirs = self.list(|consent: &Consent| consent.client == *client, |_| ());
        let mut ended = Vec::new();
        for consent in theirs {
            let what = Revocable::Consent(consent.id);
            let revocation = Revocation { what, expires_at: until };
            self.revoke(revocation.clone(), now).await?;
            ended.push(revocation);
        }
        Ok(ended)
    }
}

#[async_trait]
impl AuthorizationCodes for Memory {
    async fn insert_recorded(
        &self,
        code: AuthorizationCode,
        event: Event,
    ) -> Result<(), StoreError> {
        self.with_event(event, self.insert(code)).await
    }
}

#[async_trait]
impl RefreshFamilies for Memory {
    async fn replace_recorded(
        &self,
        stored: Stored<RefreshFamily>,
        event: Event,
    ) -> Result<(), StoreError> {
        self.with_event(event, self.replace(stored)).await
    }

    async fn latest_expiry(&self) -> Result<Option<Timestamp>, StoreError> {
        let families = lock(&self.refresh_families);
        Ok(families.values().map(|held| held.value.expires_at).max())
    }

    async fn last_uses(
        &self,
        subject: &SubjectId,
    ) -> Result<HashMap<ClientId, Timestamp>, StoreError> {
        let mut uses = HashMap::new();
        for held in lock(&self.refresh_families).values() {
            let grant = &held.value.grant;
            if let Some(at) = held.value.rotated_at.filter(|_| grant.subject == *subject) {
                let last = uses.entry(grant.client.clone()).or_insert(at);
                *last = at.max(*last);
            }
        }
        Ok(uses)
    }
}

#[async_trait]
impl SigningKeys for Memory {
    async fn all(&self) -> Result<Vec<SigningKey>, StoreError> {
        Ok(self.list(|_| true, |key: &SigningKey| (key.created_at, key.id.clone())))
    }
}
