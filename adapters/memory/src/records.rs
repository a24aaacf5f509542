//! Append-only records, and the removal of expired values.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

use async_trait::async_trait;
use domain::{
    AuthorizationCode, Consent, Event, Interaction, RefreshFamily, Revocable, Revocation, Session,
    SigningKey, Timestamp,
};
use ports::outbound::{
    Audit, AuditHistory, AuditPosition, AuditPurgeBefore, AuditQuery, Change, Changes, Cursor,
    Housekeeping, News, PurgeBefore, Recorded, Revocations, StoreError,
};

use crate::{Memory, keep::Kept, lock};

/// One change.
#[derive(Clone, Debug)]
pub(crate) struct Noted {
    number: u64,
    change: Change,
    at: Timestamp,
}

#[async_trait]
impl Revocations for Memory {
    async fn revoke(&self, revocation: Revocation, now: Timestamp) -> Result<(), StoreError> {
        let Revocation { what, expires_at } = revocation.clone();
        let mut revocations = lock(&self.revocations);
        let held = revocations.entry(what).or_insert(expires_at);
        *held = (*held).max(expires_at);
        drop(revocations);
        self.tell(Change::Revocation(revocation), now);
        Ok(())
    }

    async fn live(&self, now: Timestamp) -> Result<Vec<Revocation>, StoreError> {
        let revocations = lock(&self.revocations);
        let live = revocations.iter().filter(|(_, expires_at)| now < **expires_at);
        let entry = |(what, expires_at): (&Revocable, &Timestamp)| Revocation {
            what: what.clone(),
            expires_at: *expires_at,
        };
        Ok(live.map(entry).collect())
    }
}

impl Memory {
    /// Adds to the news.
    pub(crate) fn tell(&self, change: Change, at: Timestamp) {
        // The number is drawn under the lock, so that numbers are in the order of the list.
        let mut news = lock(&self.news);
        news.push(Noted { number: self.revision(), change, at });
    }
}

#[async_trait]
impl Changes for Memory {
    async fn end(&self) -> Result<Cursor, StoreError> {
        let last = lock(&self.news).last().map_or(0, |noted| noted.number);
        Ok(Cursor::new(last.to_string()))
    }

    async fn since(&self, seen: &Cursor) -> Result<News, StoreError> {
        let seen: u64 =
            seen.as_str().parse().map_err(|error| StoreError::Unavailable(Box::new(error)))?;
        let news = lock(&self.news);
        let changes = news.iter().filter(|noted| noted.number > seen);
        let until = news.last().map_or(seen, |noted| noted.number.max(seen));
        Ok(News {
            changes: changes.map(|noted| noted.change.clone()).collect(),
            until: Cursor::new(until.to_string()),
        })
    }
}

#[async_trait]
impl Audit for Memory {
    async fn record(&self, event: Event) -> Result<(), StoreError> {
        let mut events = lock(&self.events);
        let number = events.last().map_or(1, |last| last.number + 1);
        events.push(Recorded { number, event });
        Ok(())
    }
}

#[async_trait]
impl AuditHistory for Memory {
    async fn recorded(&self, query: &AuditQuery) -> Result<Vec<Recorded>, StoreError> {
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let mut found = lock(&self.events).clone();
        found.retain(|recorded| is_wanted(query, recorded));
        match query.from {
            AuditPosition::After(_) => found.truncate(limit),
            AuditPosition::Latest | AuditPosition::Before(_) => {
                drop(found.drain(..found.len().saturating_sub(limit)));
            }
        }
        Ok(found)
    }

    async fn purge_events(&self, horizon: AuditPurgeBefore, limit: u32) -> Result<u64, StoreError> {
        let is_old = |event: &Event, before: Option<Timestamp>| {
            before.is_some_and(|before| event.at < before)
        };
        let mut events = lock(&self.events);
        let latest = events.last().map(|last| last.number);
        let mut removed = 0;
        events.retain(|Recorded { number, event }| {
            let over = is_old(event, horizon.all)
                || (event.is_strangers() && is_old(event, horizon.strangers));
            let goes = over && Some(*number) != latest && removed < u64::from(limit);
            removed += u64::from(goes);
            !goes
        });
        Ok(removed)
    }
}

fn is_wanted(query: &AuditQuery, Recorded { number, event }: &Recorded) -> bool {
    fn is<T: PartialEq>(wanted: Option<&T>, given: Option<&T>) -> bool {
        wanted.is_none() || wanted == given
    }
    let placed = match query.from {
        AuditPosition::Latest => true,
        AuditPosition::Before(other) => *number < other,
        AuditPosition::After(other) => *number > other,
    };
    placed
        && query.since.is_none_or(|since| event.at >= since)
        && query.until.is_none_or(|until| event.at < until)
        && is(query.action.as_ref(), Some(&event.action))
        && is(query.subject.as_ref(), event.subject.as_ref())
        && is(query.client.as_ref(), event.client.as_ref())
        && is(query.outcome.as_ref(), Some(&event.outcome))
}

#[async_trait]
impl Housekeeping for Memory {
    async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn purge(&self, horizon: PurgeBefore, limit: u32) -> Result<u64, StoreError> {
        let PurgeBefore { others, .. } = horizon;
        let kinds = [
            // Before the revocations that ended them.
            self.forget_ended_consents(limit),
            self.forget::<AuthorizationCode>(horizon, limit),
            self.forget::<Interaction>(horizon, limit),
            self.forget::<RefreshFamily>(horizon, limit),
            self.forget::<Session>(horizon, limit),
            self.forget::<SigningKey>(horizon, limit),
            self.forget_revocations(others, limit),
            self.forget_news(others, limit),
        ];
        Ok(kinds.iter().sum())
    }

    async fn close(&self) {}
}

impl Memory {
    fn forget<T: Kept>(&self, horizon: PurgeBefore, limit: u32) -> u64 {
        thin(T::shelf(self), limit, |_, held| held.value.is_over(horizon))
    }

    fn forget_news(&self, horizon: Timestamp, limit: u32) -> u64 {
        let mut forgotten = 0;
        lock(&self.news).retain(|noted| {
            let goes = forgotten < u64::from(limit) && noted.at < horizon;
            forgotten += u64::from(goes);
            !goes
        });
        forgotten
    }

    fn forget_ended_consents(&self, limit: u32) -> u64 {
        let revocations = lock(&self.revocations);
        thin(&self.consents, limit, |_, held| {
            enders(&held.value).iter().any(|what| revocations.contains_key(what))
        })
    }

    fn forget_revocations(&self, horizon: Timestamp, limit: u32) -> u64 {
        let consents = lock(&self.consents);
        let needed: HashSet<_> = consents.values().flat_map(|held| enders(&held.value)).collect();
        drop(consents);
        thin(&self.revocations, limit, |what, expires_at| {
            *expires_at < horizon && !needed.contains(what)
        })
    }
}

/// The revocations that end a consent.
fn enders(consent: &Consent) -> [Revocable; 2] {
    [Revocable::Consent(consent.id.clone()), Revocable::Client(consent.client.clone())]
}

/// Removes up to `limit` of what is `over`, and says how many.
fn thin<K, V>(shelf: &Mutex<HashMap<K, V>>, limit: u32, over: impl Fn(&K, &V) -> bool) -> u64 {
    let mut removed = 0;
    lock(shelf).retain(|key, value| {
        let goes = removed < u64::from(limit) && over(key, value);
        removed += u64::from(goes);
        !goes
    });
    removed
}
