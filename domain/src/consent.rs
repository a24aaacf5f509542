//! Consents: what each person has allowed each client and is not asked again.

use std::{collections::BTreeMap, time::Duration};

use crate::{ClientId, ConsentId, ResourceUri, Scope, SubjectId, Timestamp};

/// Everything one person allowed one client. Withdrawing it ends every token that descends from it;
/// allowing again makes a new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Names it.
    pub id: ConsentId,
    /// The person who allowed it.
    pub subject: SubjectId,
    /// The client that it was allowed.
    pub client: ClientId,
    /// The allowed scope at each resource; `None` stands for the issuer.
    pub allowed: BTreeMap<Option<ResourceUri>, Scope>,
    /// The time at which it was first given.
    pub created_at: Timestamp,
    /// The time at which it was last changed.
    pub updated_at: Timestamp,
    /// The time at which the client was last given a code by it, to within [`Consent::USE_PRECISION`].
    pub last_used_at: Timestamp,
}

impl Consent {
    /// The precision of the last use. A use that follows another by less is not written down.
    pub const USE_PRECISION: Duration = Duration::from_mins(5);

    /// The same, used at `now`; `None` if that need not be written down.
    #[must_use]
    pub fn used(&self, now: Timestamp) -> Option<Self> {
        let is_news = now >= self.last_used_at.after(Self::USE_PRECISION);
        is_news.then(|| Self { last_used_at: now, ..self.clone() })
    }

    /// A consent to nothing yet.
    #[must_use]
    pub fn new(id: ConsentId, subject: SubjectId, client: ClientId, now: Timestamp) -> Self {
        Self {
            id,
            subject,
            client,
            allowed: BTreeMap::new(),
            created_at: now,
            updated_at: now,
            last_used_at: now,
        }
    }

    /// The part of `scope` that was not yet allowed at every one of `resources`. `None`: nothing is
    /// missing. Access without any scope must have been allowed too, so what is missing may be empty.
    #[must_use]
    pub fn missing(&self, scope: &Scope, resources: &[ResourceUri]) -> Option<Scope> {
        let allowed: Vec<_> = targets(resources).map(|target| self.allowed.get(&target)).collect();
        let missing = allowed
            .iter()
            .flatten()
            .fold(Scope::default(), |all, one| all.union(&scope.without(one)));
        match (allowed.iter().any(Option::is_none), missing.is_empty()) {
            (true, _) => Some(scope.clone()),
            (false, true) => None,
            (false, false) => Some(missing),
        }
    }

    /// Whether a decision on `asked` takes back anything that was allowed at one of `resources`.
    #[must_use]
    pub fn loses(&self, asked: &Scope, granted: &Scope, resources: &[ResourceUri]) -> bool {
        let refused = asked.without(granted);
        let had = |target| self.allowed.get(&target);
        targets(resources).filter_map(had).any(|had| !had.intersection(&refused).is_empty())
    }

    /// Adds `scope` to what is allowed at each of `resources`.
    #[must_use]
    pub fn widen(self, scope: &Scope, resources: &[ResourceUri], now: Timestamp) -> Self {
        self.revise(scope, scope, resources, now)
    }

    /// Takes a decision on `asked` at each of `resources`: what was `granted` is allowed, and the
    /// rest of it is not, whatever was allowed before.
    #[must_use]
    pub fn revise(
        mut self,
        asked: &Scope,
        granted: &Scope,
        resources: &[ResourceUri],
        now: Timestamp,
    ) -> Self {
        for target in targets(resources) {
            let allowed = self.allowed.entry(target).or_default();
            *allowed = allowed.without(asked).union(granted);
        }
        Self { updated_at: now, last_used_at: now, ..self }
    }
}

fn targets(resources: &[ResourceUri]) -> impl Iterator<Item = Option<ResourceUri>> {
    let issuer = resources.is_empty().then_some(None);
    resources.iter().cloned().map(Some).chain(issuer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(list: &str) -> Scope {
        Scope::parse(list).expect("lawful")
    }

    fn resource(raw: &str) -> Vec<ResourceUri> {
        vec![ResourceUri::parse(raw).expect("absolute")]
    }

    fn fresh() -> Consent {
        Consent::new(
            ConsentId::new("c"),
            SubjectId::new("ada"),
            ClientId::new("web"),
            Timestamp::from_unix(0),
        )
    }

    #[test]
    fn what_was_allowed_is_not_asked_again_and_more_asks_only_for_more() {
        let consent = fresh().widen(&scope("a b"), &[], Timestamp::from_unix(1));
        assert_eq!(consent.missing(&scope("a"), &[]), None);
        assert_eq!(consent.missing(&scope("a c"), &[]), Some(scope("c")));
    }

    #[test]
    fn what_is_not_ticked_again_is_no_longer_allowed() {
        let consent = fresh().widen(&scope("a b c"), &[], Timestamp::from_unix(1));
        assert!(consent.loses(&scope("a b"), &scope("a"), &[]));
        assert!(!consent.loses(&scope("a d"), &scope("a"), &[]), "it never was");
        let revised = consent.revise(&scope("a b"), &scope("a"), &[], Timestamp::from_unix(2));
        assert_eq!(revised.missing(&scope("a b c"), &[]), Some(scope("b")));
    }

    #[test]
    fn a_use_is_written_down_once_in_five_minutes() {
        let at = Timestamp::from_unix;
        assert_eq!(fresh().used(at(299)), None);
        let used = fresh().used(at(300)).expect("to be written down");
        assert_eq!((used.last_used_at, used.updated_at), (at(300), at(0)));
        assert_eq!(used.used(at(599)), None);
    }

    #[test]
    fn each_resource_is_asked_for_on_its_own() {
        let (one, two) = (resource("https://one.example/x"), resource("https://two.example/x"));
        let consent = fresh().widen(&scope("a"), &one, Timestamp::from_unix(1));
        assert_eq!(consent.missing(&scope("a"), &one), None);
        assert_eq!(consent.missing(&scope("a"), &two), Some(scope("a")));
        assert_eq!(consent.missing(&scope("a"), &[one, two].concat()), Some(scope("a")));
    }

    #[test]
    fn access_without_scope_must_be_allowed_too() {
        assert_eq!(fresh().missing(&Scope::default(), &[]), Some(Scope::default()));
        let consent = fresh().widen(&Scope::default(), &[], Timestamp::from_unix(1));
        assert_eq!(consent.missing(&Scope::default(), &[]), None);
    }
}
