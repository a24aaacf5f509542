//! Finding people.

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
