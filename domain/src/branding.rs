//! The name and the logo of the organisation that runs the server.

use crate::Image;

/// The organisation that runs the server, as its pages show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branding {
    /// The name of whoever runs it. Absent: pages show the host alone.
    pub name: Option<String>,
    /// Their logo, in place of the product's.
    pub logo: Option<Image>,
    /// The advice for people who have forgotten their password. `None`: to ask whoever runs the server.
    pub password_help: Option<String>,
    /// A page or mailbox where such people find help: an `https` or `mailto` URI.
    pub password_help_uri: Option<String>,
}
