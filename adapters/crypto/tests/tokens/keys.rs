//! Which keys sign, and which verify.

use adapter_crypto::Factory;
use domain::{Algorithm, KeyState, SigningKey, Timestamp};
use ports::outbound::{KeyFactory, OpenedKey};

use crate::fresh::{access_claims, key, part};

fn retired(OpenedKey { key, .. }: OpenedKey) -> OpenedKey {
    let state = KeyState::Retiring { until: Timestamp::from_unix(9) };
    OpenedKey { key: SigningKey { state, ..key }, private: None }
}

#[test]
fn a_retiring_key_verifies_and_no_longer_signs() {
    let (old, new) = (key(Algorithm::Rs256), key(Algorithm::Es256));
    let private = old.private.clone();
    let before = Factory.open(vec![OpenedKey { key: old.key.clone(), private }]).expect("opens");
    let token = before.signer.access_token(&access_claims()).expect("signed");
    let kid = new.key.id.to_string();
    let after = Factory.open(vec![retired(old), new]).expect("opens");
    assert_eq!(after.verifier.access_token(&token), Ok(access_claims()));
    let next = after.signer.access_token(&access_claims()).expect("signed");
    assert_eq!(part(next.expose(), 0)["kid"], kid.as_str());
    assert!(before.verifier.access_token(&next).is_err(), "not published there");
}

#[test]
fn of_two_active_keys_the_newer_signs() {
    let (older, mut newer) = (key(Algorithm::Es256), key(Algorithm::Es256));
    newer.key.created_at = Timestamp::from_unix(1);
    let kid = newer.key.id.to_string();
    let ring = Factory.open(vec![newer, older]).expect("opens");
    let token = ring.signer.access_token(&access_claims()).expect("signed");
    assert_eq!(part(token.expose(), 0)["kid"], kid.as_str());
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    let pair = || key(Algorithm::Es256);
    let swapped = OpenedKey { private: pair().private, ..pair() };
    let garbled = OpenedKey { private: Some(vec![1, 2, 3]), ..pair() };
    let mut mistaken = pair();
    mistaken.key.algorithm = Algorithm::Rs256;
    let table = [
        (vec![], "no key"),
        (vec![retired(pair())], "no active key"),
        (vec![OpenedKey { private: None, ..pair() }], "no private half"),
        (vec![swapped], "the private half of another key"),
        (vec![garbled], "no key at all"),
        (vec![mistaken], "another algorithm"),
    ];
    for (keys, what) in table {
        assert!(Factory.open(keys).is_err(), "{what}");
    }
}
