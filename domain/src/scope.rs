//! Scopes: sets of scope tokens (OAuth 2.1 §1.4.1).

use std::{collections::BTreeSet, fmt};

/// A set of scope tokens. Order and repetition mean nothing (OAuth 2.1 §1.4.1), so they are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope(BTreeSet<String>);

impl Scope {
    /// The scope that makes an authorization request an authentication request (OIDC Core §3.1.2.1).
    pub const OPENID: &'static str = "openid";
    /// Asks for the name of the person (OIDC Core §5.4).
    pub const PROFILE: &'static str = "profile";
    /// Asks for the e-mail address of the person (OIDC Core §5.4).
    pub const EMAIL: &'static str = "email";
    /// Asks for access that outlives the session (OIDC Core §11).
    pub const OFFLINE_ACCESS: &'static str = "offline_access";
    /// The scopes every server that speaks OpenID Connect knows, with what they mean to a person.
    pub const OF_OPENID: &'static [(&'static str, &'static str)] = &[
        (Self::OPENID, "Know who you are here"),
        (Self::PROFILE, "See your name and user name"),
        (Self::EMAIL, "See your e-mail address"),
        (Self::OFFLINE_ACCESS, "Keep access when you have signed out"),
    ];

    /// No longer list is read: a token that carries it must stay short enough to be sent about.
    pub const LONGEST: usize = 4096;

    /// Reads a space-delimited list that somebody asks for (OAuth 2.1 §1.4.1).
    ///
    /// # Errors
    ///
    /// [`MalformedScope`] if a token has a character that the grammar does not, or the list is longer
    /// than [`Scope::LONGEST`] bytes.
    pub fn parse(list: &str) -> Result<Self, MalformedScope> {
        if list.len() > Self::LONGEST { Err(MalformedScope) } else { Self::restore(list) }
    }

    /// Reads what this server has written, however long it has become: what was lawful to ask for one
    /// by one may be long together.
    ///
    /// # Errors
    ///
    /// [`MalformedScope`] if a token has a character that the grammar does not.
    pub fn restore(list: &str) -> Result<Self, MalformedScope> {
        list.split(' ')
            .filter(|token| !token.is_empty())
            .map(token)
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `token` is in it.
    #[must_use]
    pub fn contains(&self, token: &str) -> bool {
        self.0.contains(token)
    }

    /// Whether `other` has everything that this has.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// The tokens that both have.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The tokens that either has.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// The tokens that this has and `other` has not.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// The tokens for which `keep` returns true.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|token| keep(token)).cloned().collect())
    }

    /// Each token, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

fn token(raw: &str) -> Result<String, MalformedScope> {
    let lawful = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    if raw.bytes().all(lawful) { Ok(raw.to_owned()) } else { Err(MalformedScope) }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, token) in self.0.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(f, "{space}{token}")?;
        }
        Ok(())
    }
}

/// A scope token has a character that the grammar does not (OAuth 2.1 §1.4.1), or there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`scope` has a character that a scope cannot have, or is longer than 4096 characters")]
pub struct MalformedScope;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_repetition_mean_nothing() {
        let scope = Scope::parse("b a  b").expect("lawful");
        assert_eq!(scope.to_string(), "a b");
        assert_eq!(Scope::parse(&scope.to_string()), Ok(scope));
    }

    #[test]
    fn what_was_lawful_piece_by_piece_can_be_read_back_as_a_whole() {
        let long = |letter: &str| Scope::parse(&letter.repeat(Scope::LONGEST)).expect("lawful");
        let both = long("a").union(&long("b"));
        assert_eq!(Scope::parse(&both.to_string()), Err(MalformedScope));
        assert_eq!(Scope::restore(&both.to_string()), Ok(both));
    }

    #[test]
    fn quotes_backslashes_and_controls_are_refused() {
        for list in ["a\"b", "a\\b", "a\tb", "a\u{7f}", "ä"] {
            assert_eq!(Scope::parse(list), Err(MalformedScope), "{list}");
        }
    }
}
