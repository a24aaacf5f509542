//! Tokens that are presented to a family, and the outcome.

use super::*;
use crate::{ClientId, GrantId, SubjectId};

const LIFETIMES: RefreshLifetimes = RefreshLifetimes {
    idle: Duration::from_secs(100),
    absolute: Duration::from_secs(250),
    grace: Duration::from_secs(10),
};

fn key() -> TagKey {
    TagKey::new([7; 32])
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_unix(second)
}

fn family() -> RefreshFamily {
    let grant = Grant::new(GrantId::new("f"), ClientId::new("web"), SubjectId::new("ada"), at(0));
    RefreshFamily::open(grant, [1; 16], &LIFETIMES, at(0))
}

fn present(
    family: RefreshFamily,
    token: &Secret,
    now: i64,
) -> (RefreshFamily, Result<Rotation, RotateError>) {
    let token = RefreshToken::parse(token).expect("a refresh token");
    let genuine = family.recognise(&token, &key()).expect("genuine");
    family.rotate(genuine, &LIFETIMES, &[], at(now))
}

#[test]
fn a_lost_answer_is_given_again_for_a_moment() {
    let first = family().token(&key());
    let (family, rotated) = present(family(), &first, 0);
    assert_eq!(rotated, Ok(Rotation::Advanced));
    let successor = family.token(&key());
    let (family, again) = present(family, &first, 9);
    assert_eq!(again, Ok(Rotation::Repeated));
    assert_eq!(family.token(&key()).expose(), successor.expose(), "the very same successor");
}

#[test]
fn time_in_which_the_server_was_away_does_not_count_towards_the_grace() {
    let first = family().token(&key());
    let token = RefreshToken::parse(&first).expect("a refresh token");
    let (family, _) = present(family(), &first, 0);
    let genuine = family.recognise(&token, &key()).expect("genuine");
    let away = [Outage { from: at(5), to: at(60) }];
    let retry = |now, outages| family.clone().rotate(genuine, &LIFETIMES, outages, at(now)).1;
    assert_eq!(retry(64, &away), Ok(Rotation::Repeated), "up for 9 s");
    assert_eq!(retry(65, &away), Err(RotateError::Reused), "up for 10 s");
    assert_eq!(retry(64, &[]), Err(RotateError::Reused), "it was there all the time");
}

#[test]
fn a_stolen_token_ends_the_family() {
    let first = family().token(&key());
    let (family, _) = present(family(), &first, 0);
    let successor = family.token(&key());
    let (family, stolen) = present(family, &first, 10);
    assert_eq!(stolen, Err(RotateError::Reused));
    let (_, owner) = present(family, &successor, 11);
    assert_eq!(owner, Err(RotateError::Revoked));
}

#[test]
fn a_token_two_generations_old_is_stolen_even_within_the_grace() {
    let first = family().token(&key());
    let (family, _) = present(family(), &first, 0);
    let second = family.token(&key());
    let (family, _) = present(family, &second, 1);
    assert_eq!(present(family, &first, 2).1, Err(RotateError::Reused));
}

#[test]
fn use_prolongs_it_up_to_the_absolute_limit() {
    let mut family = family();
    for now in [99, 198] {
        let token = family.token(&key());
        let (rotated, answer) = present(family, &token, now);
        assert_eq!(answer, Ok(Rotation::Advanced));
        family = rotated;
    }
    let token = family.token(&key());
    assert_eq!(present(family.clone(), &token, 249).1, Ok(Rotation::Advanced));
    assert_eq!(present(family, &token, 250).1, Err(RotateError::Expired));
    let idle = self::family();
    let token = idle.token(&key());
    assert_eq!(present(idle, &token, 100).1, Err(RotateError::Expired));
}

#[test]
fn what_was_never_issued_is_not_recognised() {
    let family = family();
    let stranger = RefreshFamily { salt: [2; 16], ..family.clone() }.token(&key());
    let future = RefreshFamily { generation: 1, ..family.clone() }.token(&key());
    let other_key = family.token(&TagKey::new([8; 32]));
    for token in [stranger, future, other_key] {
        let token = RefreshToken::parse(&token).expect("well-formed");
        assert_eq!(family.recognise(&token, &key()), None);
    }
}
