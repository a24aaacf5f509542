//! Whose server this is.

use crate::Image;

/// Whose server this is, as its pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branding {
    /// The name of whoever runs it. Absent: pages show the host alone.
    pub name: Option<String>,
    /// Their logo, in place of the product's.
    pub logo: Option<Image>,
    /// What they tell people who have forgotten their password. Absent: to ask them.
    pub password_help: Option<String>,
    /// Where such people find help: an `https` or `mailto` address.
    pub password_help_uri: Option<String>,
}
