//! The contract of [`RefreshFamilies`], apart from [`mod@crate::keep`].
#![expect(clippy::missing_panics_doc, reason = "a case fails by panicking")]

use std::{sync::Arc, time::Duration};

use domain::{
    Action, Cause, ClientId, Event, FamilyState, RefreshFamily, RefreshLifetimes, RefreshToken,
    RequestSource, RotateError, Rotation, Secret, SubjectId, TagKey, Timestamp,
};
use ports::outbound::{Aggregate as _, AuditHistory, AuditQuery, RefreshFamilies};

use crate::{NOW, Sample, keep::found, race, samples::at};

const LIFETIMES: RefreshLifetimes = RefreshLifetimes {
    idle: Duration::from_hours(1),
    absolute: Duration::from_hours(24),
    grace: Duration::from_secs(10),
};

/// However many present the same token at once, one moves the family on.
pub async fn one_of_many_uses_of_a_token_advances(store: Arc<impl RefreshFamilies + 'static>) {
    let family = RefreshFamily::nth(0);
    let token = family.token(&key());
    store.insert(family.clone()).await.expect("inserted");
    let winners = race::winners(|all_have_read| {
        let (store, family, token) = (Arc::clone(&store), family.clone(), token.clone());
        async move {
            let read = found(&store, &family).await;
            all_have_read.wait().await;
            let (moved_on, rotated) = present(read.value.clone(), &token, NOW);
            assert_eq!(rotated, Ok(Rotation::Advanced));
            store.replace(read.with(moved_on)).await
        }
    });
    assert_eq!(winners.await, 1);
    assert_eq!(found(&store, &family).await.value.generation, 1);
}

/// A spent token that comes back from many places ends the family, for one reason.
pub async fn theft_ends_a_family_once(store: Arc<impl RefreshFamilies + 'static>) {
    let family = RefreshFamily::nth(0);
    let token = family.token(&key());
    let (moved_on, _) = present(family, &token, NOW);
    store.insert(moved_on.clone()).await.expect("inserted");
    let winners = race::winners(|all_have_read| {
        let (store, moved_on, token) = (Arc::clone(&store), moved_on.clone(), token.clone());
        async move {
            let read = found(&store, &moved_on).await;
            all_have_read.wait().await;
            let (ended, rotated) = present(read.value.clone(), &token, at(10));
            assert_eq!(rotated, Err(RotateError::Reused));
            store.replace(read.with(ended)).await
        }
    });
    assert_eq!(winners.await, 1);
    let state = found(&store, &moved_on).await.value.state;
    assert_eq!(state, FamilyState::Revoked { at: at(10), cause: Cause::Reuse });
}

/// Of two replacements of one revision, the event of the first is on record alone.
pub async fn a_replacement_and_its_event_are_written_together_or_not_at_all(
    store: Arc<impl RefreshFamilies + AuditHistory>,
) {
    let family = RefreshFamily::nth(0);
    store.insert(family.clone()).await.expect("inserted");
    let read = found(&store, &family).await;
    let (moved_on, _) = present(family.clone(), &family.token(&key()), NOW);
    for (detail, is_first) in [("first", true), ("second", false)] {
        let event =
            Event::new(Action::TokenRefreshed, NOW, &RequestSource::default()).refused(detail);
        let written = store.replace_recorded(read.clone().with(moved_on.clone()), event).await;
        assert_eq!(written.is_ok(), is_first, "{detail}: {written:?}");
    }
    assert_eq!(found(&store, &family).await.value, moved_on);
    let all = AuditQuery { limit: 10, ..AuditQuery::default() };
    let recorded = store.recorded(&all).await.expect("answered");
    let details: Vec<_> = recorded.iter().map(|it| it.event.detail.as_deref()).collect();
    assert_eq!(details, [Some("first")]);
}

/// However a family was used, and whether it was revoked.
pub async fn the_latest_expiry_is_of_whatever_is_still_stored(store: Arc<impl RefreshFamilies>) {
    assert_eq!(store.latest_expiry().await.expect("the store answers"), None);
    for (n, seconds) in [(0, 20), (1, 90), (2, 40)] {
        let idle_expires_at = at(50 - seconds);
        let family =
            RefreshFamily { idle_expires_at, expires_at: at(seconds), ..RefreshFamily::nth(n) };
        store.insert(family.revoke(Cause::Request, NOW)).await.expect("inserted");
    }
    assert_eq!(store.latest_expiry().await.expect("the store answers"), Some(at(90)));
    store.remove(&RefreshFamily::nth(1).key()).await.expect("removed");
    assert_eq!(store.latest_expiry().await.expect("the store answers"), Some(at(40)));
}

/// The latest of all families, also of those that are over; a family that was never refreshed does not
/// count.
pub async fn the_last_use_is_told_by_client_and_of_one_person_alone(
    store: Arc<impl RefreshFamilies>,
) {
    let family = |n, subject: &str, client: &str, seconds: Option<i64>| {
        let mut family = RefreshFamily::nth(n);
        family.grant.subject = SubjectId::new(subject);
        family.grant.client = ClientId::new(client);
        RefreshFamily { rotated_at: seconds.map(at), ..family }
    };
    let families = [
        family(0, "ada", "web", Some(10)),
        family(1, "ada", "web", Some(30)).revoke(Cause::Request, NOW),
        family(2, "ada", "web", Some(20)),
        family(3, "ada", "phone", Some(5)),
        family(4, "ada", "desk", None),
        family(5, "bob", "web", Some(90)),
    ];
    for family in families {
        store.insert(family).await.expect("inserted");
    }
    let uses = store.last_uses(&SubjectId::new("ada")).await.expect("the store answers");
    let expected = [(ClientId::new("web"), at(30)), (ClientId::new("phone"), at(5))];
    assert_eq!(uses, expected.into());
    let nobody = store.last_uses(&SubjectId::new("eve")).await.expect("the store answers");
    assert!(nobody.is_empty());
}

fn key() -> TagKey {
    TagKey::new([7; 32])
}

fn present(
    family: RefreshFamily,
    token: &Secret,
    now: Timestamp,
) -> (RefreshFamily, Result<Rotation, RotateError>) {
    let token = RefreshToken::parse(token).expect("a refresh token");
    let genuine = family.recognise(&token, &key()).expect("genuine");
    family.rotate(genuine, &LIFETIMES, &[], now)
}
