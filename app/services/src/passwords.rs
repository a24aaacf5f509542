//! What a password may be.

use domain::{ErrorCode, OAuthError, Secret, User, Username};
use ports::outbound::HashingError;

/// What NIST SP 800-63B asked for in its third revision (§5.1.1.2).
const SHORTEST_PASSWORD: usize = 8;
/// In bytes. More would not be harder to guess, only longer to hash.
const LONGEST_PASSWORD: usize = 1024;
/// In characters. A shorter name is in many a good password by chance.
const SHORTEST_TELLING_NAME: usize = 4;

/// Whether a password is fit to be this person's.
pub(crate) fn judge(password: &Secret, user: &User) -> Result<(), &'static str> {
    judge_for(&user.username, password)
}

/// Whether a password is fit to be that of the person with this name.
pub(crate) fn judge_for(username: &Username, password: &Secret) -> Result<(), &'static str> {
    let (typed, name) = (password.expose(), username.as_str());
    if typed.chars().count() < SHORTEST_PASSWORD {
        return Err("Choose a password of at least 8 characters.");
    }
    if typed.len() > LONGEST_PASSWORD {
        return Err("Choose a shorter password: 1024 bytes at most.");
    }
    let telling = name.chars().count() >= SHORTEST_TELLING_NAME;
    if telling && typed.to_lowercase().contains(name) {
        return Err("Choose a password that does not contain your user name.");
    }
    Ok(())
}

/// What is hashed of what somebody typed to sign in. [`judge_for`] lets nobody have a longer password,
/// so to hash more than that would only be work; and nobody has an empty one.
pub(crate) fn shortened(password: Secret) -> Secret {
    if password.expose().len() <= LONGEST_PASSWORD { password } else { Secret::new("") }
}

pub(crate) fn unhashed(error: HashingError) -> OAuthError {
    let code = match error {
        HashingError::Busy => ErrorCode::TemporarilyUnavailable,
        HashingError::Broken(_) => ErrorCode::ServerError,
    };
    OAuthError::new(code).because(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(name: &str, password: &str) -> Result<(), &'static str> {
        judge_for(&Username::parse(name).expect("lawful"), &Secret::new(password))
    }

    #[test]
    fn what_is_chosen_is_neither_short_nor_endless() {
        assert_eq!(judged("ada", "eight öö"), Ok(()));
        assert_eq!(judged("ada", &"x".repeat(1024)), Ok(()));
        assert!(judged("ada", "seven ö").expect_err("short").contains("8 characters"));
        assert!(judged("ada", &"ö".repeat(513)).expect_err("long").contains("1024 bytes"));
    }

    #[test]
    fn a_password_does_not_contain_a_name_that_is_long_enough_to_tell() {
        assert!(judged("Grace", "it is gRACE, after all").is_err());
        assert_eq!(judged("ada", "roadamazement"), Ok(()), "three letters are there by chance");
        assert!(judged("ädaä", "ädaä and blanks").is_err());
    }
}
