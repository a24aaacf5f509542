//! The forms of the account page.

use poem_openapi::Object;
use serde::Deserialize;

use crate::pages::form::guarded;

/// Whom to withdraw from.
#[derive(Debug, Deserialize, Object)]
pub(super) struct WithdrawForm {
    /// What the page put there.
    pub(super) csrf: Option<String>,
    /// The client.
    pub(super) client_id: String,
}

/// Another password.
#[derive(Debug, Deserialize, Object)]
pub(super) struct NewPasswordForm {
    /// What the page put there.
    pub(super) csrf: Option<String>,
    /// The password you have.
    #[serde(rename = "current-password")]
    #[oai(rename = "current-password")]
    pub(super) current: Option<String>,
    /// The new password.
    #[serde(rename = "new-password")]
    #[oai(rename = "new-password")]
    pub(super) new: Option<String>,
    /// The same again.
    #[serde(rename = "confirm-password")]
    #[oai(rename = "confirm-password")]
    pub(super) confirm: Option<String>,
    /// There if all other sessions, and the access of all applications, are to end.
    #[serde(rename = "end-others")]
    #[oai(rename = "end-others")]
    pub(super) end_others: Option<String>,
}

/// What to call you, and where to write to.
#[derive(Debug, Deserialize, Object)]
pub(super) struct ProfileForm {
    /// What the page put there.
    pub(super) csrf: Option<String>,
    /// Your name.
    pub(super) name: Option<String>,
    /// Your e-mail address.
    pub(super) email: Option<String>,
}

/// Nothing but the proof that the page sent it.
#[derive(Debug, Deserialize, Object)]
pub(super) struct OthersForm {
    /// What the page put there.
    pub(super) csrf: Option<String>,
}

/// What to end.
#[derive(Debug, Deserialize, Object)]
pub(super) struct EndForm {
    /// What the page put there.
    pub(super) csrf: Option<String>,
    /// The session.
    pub(super) session: String,
}

guarded!(WithdrawForm, EndForm, NewPasswordForm, ProfileForm, OthersForm);
