//! What a password may be.

use domain::{ErrorCode, OAuthError, Secret, User};
use ports::outbound::HashingError;

/// NIST SP 800-63B §5.1.1.2 asks for eight at least.
const SHORTEST_PASSWORD: usize = 8;
/// Longer ones only cost.
const LONGEST_PASSWORD: usize = 1024;

/// Whether a password is fit to be one.
pub(crate) fn judge(password: &Secret, user: &User) -> Result<(), &'static str> {
    let typed = password.expose();
    if typed.chars().count() < SHORTEST_PASSWORD {
        return Err("Choose a password of at least 8 characters.");
    }
    if typed.len() > LONGEST_PASSWORD {
        return Err("Choose a shorter password.");
    }
    if typed.to_lowercase().contains(user.username.as_str()) {
        return Err("Choose a password that does not contain your user name.");
    }
    Ok(())
}

/// Nobody has a password longer than may be chosen, so hashing more than that is only work.
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
