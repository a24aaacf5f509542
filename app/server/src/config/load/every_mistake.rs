//! Finds every mistake where deserialization finds the first.

use figment::{
    Figment, Metadata,
    providers::Serialized,
    value::{Dict, Value},
};

use super::explain;
use crate::config::{Config, Findings};

/// The most mistakes that are reported: with more, something else is wrong than single keys.
const MOST_MISTAKES: usize = 50;

/// Notes `first`, and whatever else is found when the key that it is about is left out, and so on.
pub(super) fn note_all(first: figment::Error, layers: &Figment, findings: &mut Findings) {
    let (mut error, mut rest) = (first, layers.extract::<Dict>().unwrap_or_default());
    for _ in 0..MOST_MISTAKES {
        for mut single in error.clone() {
            single.metadata = place(layers, &single.path).or(single.metadata);
            findings.add(explain(&single));
        }
        if !remove(&mut rest, &error.path) {
            return;
        }
        match Figment::from(Serialized::defaults(&rest)).extract::<Config>() {
            Ok(_) => return,
            Err(next) => error = next,
        }
    }
}

/// The source of the value at `path`; inside a list, the source of the list.
fn place(layers: &Figment, path: &[String]) -> Option<Metadata> {
    let known = |length| layers.find_metadata(&path[..length].join("."));
    (1..=path.len()).rev().find_map(known).cloned()
}

/// Removes what is at `path`, and says whether there was anything. What is in a list stays: the places
/// of its neighbours, by which mistakes are named, would change.
fn remove(values: &mut Dict, path: &[String]) -> bool {
    match path {
        [] => false,
        [last] => values.remove(last).is_some(),
        [first, rest @ ..] => match values.get_mut(first) {
            Some(Value::Dict(_, inner)) => remove(inner, rest),
            Some(Value::Array(_, items)) => {
                match rest[0].parse().ok().and_then(|at: usize| items.get_mut(at)) {
                    Some(Value::Dict(_, inner)) => remove(inner, &rest[1..]),
                    _ => false,
                }
            }
            _ => false,
        },
    }
}
