//! The forms of the account page.

use domain::Secret;
use poem_openapi::Object;
use ports::inbound::PasswordChange;
use serde::Deserialize;

use crate::pages::form::guarded;

/// The form that withdraws the consent given to a client.
#[derive(Debug, Deserialize, Object)]
pub(super) struct WithdrawForm {
    /// The CSRF token of the page.
    pub(super) csrf: Option<String>,
    /// The identifier of the client.
    pub(super) client_id: String,
}

/// The form that changes the password.
#[derive(Debug, Deserialize, Object)]
pub(super) struct NewPasswordForm {
    /// The CSRF token of the page.
    pub(super) csrf: Option<String>,
    /// The current password.
    #[serde(rename = "current-password")]
    #[oai(rename = "current-password")]
    current: Option<String>,
    /// The new password.
    #[serde(rename = "new-password")]
    #[oai(rename = "new-password")]
    new: Option<String>,
    /// The new password, repeated.
    #[serde(rename = "confirm-password")]
    #[oai(rename = "confirm-password")]
    confirm: Option<String>,
    /// If present, all other sessions and the access of all applications end.
    #[serde(rename = "end-others")]
    #[oai(rename = "end-others")]
    end_others: Option<String>,
}

impl NewPasswordForm {
    /// The requested change; `None` if the two new passwords differ.
    pub(super) fn into_change(self) -> Option<PasswordChange> {
        (self.new == self.confirm).then(|| PasswordChange {
            current: Secret::new(self.current.unwrap_or_default()),
            new: Secret::new(self.new.unwrap_or_default()),
            end_others: self.end_others.is_some(),
        })
    }
}

/// The form that changes the display name and the e-mail address.
#[derive(Debug, Deserialize, Object)]
pub(super) struct ProfileForm {
    /// The CSRF token of the page.
    pub(super) csrf: Option<String>,
    /// The display name.
    pub(super) name: Option<String>,
    /// The e-mail address.
    pub(super) email: Option<String>,
}

/// The form that ends all other sessions.
#[derive(Debug, Deserialize, Object)]
pub(super) struct OthersForm {
    /// The CSRF token of the page.
    pub(super) csrf: Option<String>,
}

/// The form that ends one session.
#[derive(Debug, Deserialize, Object)]
pub(super) struct EndForm {
    /// The CSRF token of the page.
    pub(super) csrf: Option<String>,
    /// The identifier of the session.
    pub(super) session: String,
}

guarded!(WithdrawForm, EndForm, NewPasswordForm, ProfileForm, OthersForm);
