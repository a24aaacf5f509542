//! Scopes in the order in which they are written.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};

/// Scopes, each with what it means to a person, in the order of the table they were read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scopes(pub(crate) Vec<(String, String)>);

impl Scopes {
    /// Puts the scopes into the order of `written`; others keep theirs, behind them.
    pub(crate) fn order_as(&mut self, written: &Self) {
        let place = |name: &str| written.0.iter().position(|(known, _)| known == name);
        self.0.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Scopes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scopes, A::Error> {
        let mut scopes = Vec::new();
        while let Some(scope) = map.next_entry()? {
            scopes.push(scope);
        }
        Ok(Scopes(scopes))
    }
}

#[cfg(test)]
impl serde::Serialize for Scopes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, text)| (name, text)))
    }
}
