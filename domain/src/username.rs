//! The names people sign in with (RFC 8265 §3.3).

use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};
use unicode_security::MixedScript;

/// The longest name, in characters.
const LONGEST: usize = 128;

/// The name a person signs in with, in the one spelling that stands for all that a person would take
/// for the same: lower case, composed (NFC), of the usual width (RFC 8265 `UsernameCaseMapped`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Username(String);

impl Username {
    /// Reads a user name. Blanks around it are ignored.
    ///
    /// # Errors
    ///
    /// [`MalformedUsername`], also for letters of several scripts in one name: Cyrillic beside Latin
    /// is there to look like somebody else's name (UTS #39 §5.1).
    pub fn parse(raw: &str) -> Result<Self, MalformedUsername> {
        let enforced = |name: &str| UsernameCaseMapped::enforce(name.to_owned());
        let name = enforced(raw.trim()).map_err(|_| MalformedUsername)?;
        // The lower case of a letter may be one that the profile does not know, so that the name
        // could not be typed as it is stored.
        let is_stable = enforced(&name).is_ok_and(|again| again == name);
        let lawful = name.chars().count() <= LONGEST && name.as_ref().is_single_script();
        if lawful && is_stable { Ok(Self(name.into_owned())) } else { Err(MalformedUsername) }
    }

    /// Reads a name by the rule that names were kept under before RFC 8265 was followed: lower case,
    /// without blanks.
    ///
    /// # Errors
    ///
    /// [`MalformedUsername`].
    pub fn parse_former(raw: &str) -> Result<Self, MalformedUsername> {
        let name = raw.trim().to_lowercase();
        let lawful = !name.is_empty()
            && name.chars().count() <= LONGEST
            && !name.chars().any(|c| c.is_control() || c.is_whitespace());
        if lawful { Ok(Self(name)) } else { Err(MalformedUsername) }
    }

    /// The names that an account may have that is meant by `raw`. An account from before, named
    /// exactly so, comes first.
    #[must_use]
    pub fn meant_by(raw: &str) -> Vec<Self> {
        let mut names: Vec<_> =
            [Self::parse_former(raw), Self::parse(raw)].into_iter().flatten().collect();
        names.dedup();
        names
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A user name that cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a user name has 1 to 128 letters, digits and ASCII signs, all letters of one script, and neither \
     blanks nor invisible characters"
)]
pub struct MalformedUsername;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_tell_people_apart() {
        assert_eq!(Username::parse(" Ada "), Username::parse("ada"));
        for raw in ["", "a b", "a\nb", &"x".repeat(129)] {
            assert_eq!(Username::parse(raw), Err(MalformedUsername), "{raw:?}");
        }
    }

    #[test]
    fn spellings_that_look_the_same_are_the_same_name() {
        let name = |raw| Username::parse(raw).expect("lawful");
        assert_eq!(name("J\u{fc}rgen"), name("Ju\u{308}rgen"), "composed and decomposed");
        assert_eq!(name("\u{ff21}\u{ff44}a"), name("ada"), "full-width letters");
        assert_eq!(name("ada@example.com").as_str(), "ada@example.com");
        for raw in ["山田太郎", "やまだ太郎", "иван.иванов", "אבג", "o'neill+x", "user_1"]
        {
            assert!(Username::parse(raw).is_ok(), "{raw}");
        }
    }

    #[test]
    fn a_name_made_to_look_like_another_is_refused() {
        for raw in
            ["\u{430}da", "ad\u{3b1}", "a\u{200b}da", "ada\u{fe0f}", "a\u{2060}da", "ada\u{3164}"]
        {
            assert_eq!(Username::parse(raw), Err(MalformedUsername), "{raw:?}");
        }
    }

    #[test]
    fn a_name_that_could_not_be_typed_as_it_is_stored_is_refused() {
        assert_eq!(Username::parse("\u{13b7}"), Err(MalformedUsername), "a Cherokee capital");
    }

    #[test]
    fn an_account_from_before_is_still_meant_by_its_name() {
        let meant = |raw| {
            let names = Username::meant_by(raw);
            names.iter().map(|name| name.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(meant("Ada"), ["ada"]);
        assert_eq!(meant("\u{430}da"), ["\u{430}da"], "mixed scripts");
        assert_eq!(meant("Ju\u{308}rgen"), ["ju\u{308}rgen", "j\u{fc}rgen"]);
        assert!(meant("a b").is_empty());
    }
}
