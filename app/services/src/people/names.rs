//! Finding people, and what may be said of them.

use domain::{User, Username};
use ports::outbound::{StoreError, Stored, Users};

/// The account that is meant by a name as somebody typed it.
pub(crate) async fn by_name(
    users: &dyn Users,
    typed: &str,
) -> Result<Option<Stored<User>>, StoreError> {
    for name in Username::meant_by(typed) {
        if let Some(found) = users.by_username(&name).await? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// More than anybody needs to be called by.
const LONGEST_NAME: usize = 200;
/// RFC 5321 §4.5.3.1, as corrected.
const LONGEST_EMAIL: usize = 254;

/// A name as somebody typed it; `None` if there is none.
pub(crate) fn display_name(typed: &str) -> Result<Option<String>, &'static str> {
    let name = typed.trim();
    if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err("Choose a name of at most 200 characters, on one line.");
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// An e-mail address as somebody typed it; `None` if there is none. Only a letter to it could tell
/// whether it works.
pub(crate) fn email(typed: &str) -> Result<Option<String>, &'static str> {
    let address = typed.trim();
    if address.is_empty() {
        return Ok(None);
    }
    let unfit = |c: char| c.is_control() || c.is_whitespace();
    let parts = address.rsplit_once('@');
    let lawful = parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
    if !lawful || address.len() > LONGEST_EMAIL || address.contains(unfit) {
        return Err("That is not an e-mail address: it looks like name@example.com.");
    }
    Ok(Some(address.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_two_parts_and_no_blanks() {
        assert_eq!(email(" ada@example.com "), Ok(Some("ada@example.com".to_owned())));
        assert_eq!(email(" "), Ok(None));
        for typed in
            ["ada", "@example.com", "ada@", "a da@example.com", "a@b\nc", &"a@b".repeat(99)]
        {
            assert!(email(typed).is_err(), "{typed:?}");
        }
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(display_name(" Ada "), Ok(Some("Ada".to_owned())));
        assert_eq!(display_name(""), Ok(None));
        assert!(display_name("a\nb").is_err());
        assert!(display_name(&"a".repeat(201)).is_err());
    }
}
