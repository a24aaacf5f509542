//! Scopes, with what they mean to people.

/// Scopes, each with what it means to a person, in the order in which people are to see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribedScopes(Vec<(String, String)>);

impl DescribedScopes {
    /// Whether `token` is one of them.
    #[must_use]
    pub fn contains(&self, token: &str) -> bool {
        self.position(token).is_some()
    }

    /// The description of `token` for people; empty if there is none.
    #[must_use]
    pub fn describe(&self, token: &str) -> Option<&str> {
        self.position(token).map(|position| self.0[position].1.as_str())
    }

    /// The place of `token` in the order.
    #[must_use]
    pub fn position(&self, token: &str) -> Option<usize> {
        self.0.iter().position(|(name, _)| name == token)
    }

    /// Each scope, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

impl FromIterator<(String, String)> for DescribedScopes {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(scopes: T) -> Self {
        Self(scopes.into_iter().collect())
    }
}
