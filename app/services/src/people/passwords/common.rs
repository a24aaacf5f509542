//! Passwords that everybody tries first.

use std::sync::LazyLock;

/// The most common passwords of 8 characters and more in what became public: in lower case, sorted. The
/// list is Django's; its licence is beside it.
static COMMON: LazyLock<Vec<&str>> = LazyLock::new(|| include_str!("common.txt").lines().collect());

/// Whether a password is one of those that are tried first, in capitals or not.
pub(super) fn is_common(password: &str) -> bool {
    COMMON.binary_search(&password.to_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_known() {
        for password in ["password", "12345678", "Password1", "qwertyuiop", "iloveyou2"] {
            assert!(is_common(password), "{password}");
        }
        assert!(!is_common("correct horse battery"));
    }

    #[test]
    fn the_list_can_be_searched() {
        assert!(COMMON.is_sorted());
        assert!(COMMON.iter().all(|one| one.len() >= 8 && **one == one.to_lowercase()));
    }
}
