//! Passwords: how they are kept, and how they are read (RFC 8265 §4.2).

use std::fmt;

use precis_profiles::{OpaqueString, precis_core::profile::PrecisFastInvocation};

use crate::Secret;

/// A local password, as kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    /// A PHC string.
    pub hash: String,
    /// Whether the person chose it themselves, or must choose another when they first use it.
    pub one_time: bool,
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

impl Secret {
    /// The same password in the one spelling that every keyboard's comes to: composed (NFC), and with
    /// plain blanks (RFC 8265 `OpaqueString`). `None` if it is empty, or has control characters or
    /// invisible ones in it.
    #[must_use]
    pub fn prepare_password(&self) -> Option<Self> {
        OpaqueString::enforce(self.expose()).ok().map(|prepared| Self::new(prepared.into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(typed: &str) -> Option<String> {
        Secret::new(typed).prepare_password().map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn a_password_is_the_same_whichever_keyboard_it_is_typed_on() {
        assert_eq!(prepared("gru\u{308}n"), prepared("gr\u{fc}n"));
        assert_eq!(prepared("a\u{a0}b\u{3000}c"), Some("a b c".to_owned()));
        assert_eq!(prepared("Case counts \u{ff21}"), Some("Case counts \u{ff21}".to_owned()));
    }

    #[test]
    fn what_nobody_sees_is_no_password() {
        for typed in ["", "a\nb", "\u{200b}\u{200b}", "a\u{fe0f}", "\u{3164}", "\u{34f}"] {
            assert_eq!(prepared(typed), None, "{typed:?}");
        }
    }
}
