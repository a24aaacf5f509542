//! The contents of the account page.

use std::time::Duration;

use askama::Template;
use ports::inbound::{ConsentLine, ScopeView, SessionLine};

use crate::pages::{frame::Frame, user_agent, when::When};

pub(super) struct Consent {
    client: String,
    name: String,
    self_registered: bool,
    destinations: String,
    lingers: String,
    allowed: Vec<Allowed>,
    since: When,
    last_used: When,
}

pub(super) struct Allowed {
    resource: Option<String>,
    scopes: Vec<ScopeView>,
}

impl From<ConsentLine> for Consent {
    fn from(line: ConsentLine) -> Self {
        let allowed = line.allowed.into_iter();
        let allowed = allowed.map(|(resource, scopes)| Allowed { resource, scopes });
        Self {
            client: line.client.to_string(),
            name: line.name,
            self_registered: line.self_registered,
            destinations: line.destinations.join(", "),
            lingers: spelled(line.lingers),
            allowed: allowed.collect(),
            since: line.since.into(),
            last_used: line.last_used.into(),
        }
    }
}

/// A duration in words, rounded up.
fn spelled(duration: Duration) -> String {
    let minutes = duration.as_secs().div_ceil(60);
    let (number, unit) = match minutes {
        0..=119 => (minutes, "minute"),
        120..=2879 => (minutes.div_ceil(60), "hour"),
        _ => (minutes.div_ceil(24 * 60), "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural}")
}

pub(super) struct Session {
    id: String,
    browser: String,
    address: Option<String>,
    since: When,
    last_used: When,
    current: bool,
}

impl From<SessionLine> for Session {
    fn from(line: SessionLine) -> Self {
        Self {
            id: line.id.to_string(),
            browser: user_agent::describe(line.user_agent.as_deref()),
            address: line.address.map(|address| address.to_canonical().to_string()),
            since: line.since.into(),
            last_used: line.last_used.into(),
            current: line.current,
        }
    }
}

#[derive(Template)]
#[template(path = "account.html")]
pub(super) struct AccountPage<'a> {
    pub(super) frame: &'a Frame,
    pub(super) csrf: String,
    pub(super) name: String,
    pub(super) username: String,
    pub(super) given_name: String,
    pub(super) email: String,
    /// Whether the person has another session.
    pub(super) others: bool,
    /// The section with a refused form, and the reason.
    pub(super) refusal: Option<(&'static str, &'static str)>,
    pub(super) consents: Vec<Consent>,
    pub(super) sessions: Vec<Session>,
}

impl AccountPage<'_> {
    /// The reason for which the form of this section was refused; `None` if it was not.
    fn refused(&self, section: &str) -> Option<&'static str> {
        self.refusal.filter(|(refused, _)| *refused == section).map(|(_, reason)| reason)
    }
}
