//! The rules for passwords, and their hashes.

mod common;

use domain::{ErrorCode, OAuthError, Secret, User, Username};
use ports::outbound::{Hashes, HashingError};

use self::common::is_common;

/// The shortest password, in characters (NIST SP 800-63B, third revision, §5.1.1.2).
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
    if password.expose().is_empty() {
        return Err(TOO_SHORT);
    }
    if password.expose().len() > LONGEST_PASSWORD {
        return Err("Choose a shorter password: 1024 bytes at most.");
    }
    let Some(prepared) = password.prepare_password() else {
        return Err("Choose a password without control characters and invisible characters.");
    };
    let (typed, name) = (prepared.expose(), username.as_str());
    if visible(typed) < SHORTEST_PASSWORD {
        return Err(TOO_SHORT);
    }
    if is_common(typed) {
        return Err("Choose another password: this one is among those that are tried first.");
    }
    let telling = name.chars().count() >= SHORTEST_TELLING_NAME;
    if telling && typed.to_lowercase().contains(name) {
        return Err("Choose a password that does not contain your user name.");
    }
    Ok(())
}

const TOO_SHORT: &str = "Choose a password of at least 8 characters.";

/// The number of characters of a password, blanks around it and after a blank left out. U+2800 is a blank
/// though Unicode calls it a symbol.
fn visible(password: &str) -> usize {
    let words = password.split(|c: char| c.is_whitespace() || c == '\u{2800}');
    let lengths = words.map(|word| word.chars().count()).filter(|length| *length > 0);
    let (count, letters) = lengths.fold((0, 0), |(count, sum), length| (count + 1, sum + length));
    letters + usize::saturating_sub(count, 1)
}

/// Hashes a password that somebody chose.
pub(crate) async fn hash(hashes: &dyn Hashes, password: Secret) -> Result<String, HashingError> {
    hashes.hash(password.prepare_password().unwrap_or(password)).await
}

/// Whether what somebody typed is the password behind `hash`. Hashes from before passwords were
/// prepared (RFC 8265 §4.2) are of what was typed then, so that is tried too where it differs; it costs
/// the same whether there is an account or not.
pub(crate) async fn verify(
    hashes: &dyn Hashes,
    typed: Secret,
    hash: Option<String>,
) -> Result<bool, HashingError> {
    let typed = shortened(typed);
    let prepared = typed.prepare_password().filter(|it| it.expose() != typed.expose());
    if let Some(prepared) = prepared
        && hashes.verify(prepared, hash.clone()).await?
    {
        return Ok(true);
    }
    hashes.verify(typed, hash).await
}

/// The part of a typed password that is hashed. [`judge_for`] lets nobody have a longer password,
/// so to hash more than that would only be work; and nobody has an empty one.
fn shortened(password: Secret) -> Secret {
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
    fn what_nobody_sees_does_not_count() {
        let invisible = ["\u{200b}".repeat(8), "\u{7f}".repeat(8), "pass\u{ad}words".to_owned()];
        for password in &invisible {
            assert!(judged("ada", password).expect_err("refused").contains("invisible"));
        }
        let blank =
            [" ".repeat(8), "\u{a0}".repeat(8), "\u{2800}".repeat(8), "a       b".to_owned()];
        for password in &blank {
            assert!(judged("ada", password).expect_err("refused").contains("8 characters"));
        }
    }

    #[test]
    fn what_everybody_tries_first_is_refused() {
        for password in ["password", "12345678", "PassWord", "qwertyuiop"] {
            assert!(judged("ada", password).expect_err("common").contains("tried first"));
        }
    }

    #[test]
    fn a_password_does_not_contain_a_name_that_is_long_enough_to_tell() {
        assert!(judged("Grace", "it is gRACE, after all").is_err());
        assert_eq!(judged("ada", "roadamazement"), Ok(()), "three letters are there by chance");
        assert!(judged("ädaä", "ädaä and blanks").is_err());
    }
}
