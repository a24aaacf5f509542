//! The choice of the keys that sign and verify.

use adapter_crypto::Factory;
use domain::{Algorithm, KeyState, SigningKey, Timestamp};
use ports::outbound::{KeyFactory, OpenedKey};

use crate::fresh::{access_claims, key, part};

/// A key for the other algorithm, without which there are no keys to use.
fn other(algorithm: Algorithm) -> OpenedKey {
    key(match algorithm {
        Algorithm::Es256 => Algorithm::Rs256,
        Algorithm::Rs256 => Algorithm::Es256,
    })
}

fn retired(OpenedKey { key, .. }: OpenedKey) -> OpenedKey {
    let state = KeyState::Retiring { until: Timestamp::from_unix(9) };
    OpenedKey { key: SigningKey { state, ..key }, private: None }
}

#[test]
fn a_retiring_key_verifies_and_no_longer_signs() {
    for &algorithm in Algorithm::ALL {
        let (old, new) = (key(algorithm), key(algorithm));
        let private = old.private.clone();
        let before = OpenedKey { key: old.key.clone(), private };
        let before = Factory.open(vec![before, other(algorithm)]).expect("opens");
        let token = before.signer(algorithm).access_token(&access_claims()).expect("signed");
        let kid = new.key.id.to_string();
        let after = Factory.open(vec![retired(old), new, other(algorithm)]).expect("opens");
        assert_eq!(after.verifier.access_token(&token), Ok(access_claims()));
        let next = after.signer(algorithm).access_token(&access_claims()).expect("signed");
        assert_eq!(part(next.expose(), 0)["kid"], kid.as_str());
        assert!(before.verifier.access_token(&next).is_err(), "not published there");
    }
}

#[test]
fn of_two_active_keys_the_newer_signs() {
    let (older, mut newer) = (key(Algorithm::Es256), key(Algorithm::Es256));
    newer.key.created_at = Timestamp::from_unix(1);
    let kid = newer.key.id.to_string();
    let ring = Factory.open(vec![newer, older, other(Algorithm::Es256)]).expect("opens");
    let token = ring.es256.access_token(&access_claims()).expect("signed");
    assert_eq!(part(token.expose(), 0)["kid"], kid.as_str());
}

#[test]
fn keys_that_do_not_fit_are_refused() {
    for &algorithm in Algorithm::ALL {
        let pair = || key(algorithm);
        let swapped = OpenedKey { private: pair().private, ..pair() };
        let garbled = OpenedKey { private: Some(vec![1, 2, 3]), ..pair() };
        let mut mistaken = pair();
        mistaken.key.algorithm = other(algorithm).key.algorithm;
        let table = [
            (vec![], "no key"),
            (vec![retired(pair())], "no active key"),
            (vec![OpenedKey { private: None, ..pair() }], "no private half"),
            (vec![swapped], "the private half of another key"),
            (vec![garbled], "no key at all"),
            (vec![mistaken], "another algorithm"),
        ];
        for (mut keys, what) in table {
            keys.push(other(algorithm));
            assert!(Factory.open(keys).is_err(), "{}: {what}", algorithm.as_str());
        }
    }
}
