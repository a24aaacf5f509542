//! `portcullis audit …`.

use std::{
    fmt::Write as _,
    io::{self, ErrorKind, Write, stdout},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use clap::{Args, Subcommand};
use domain::{Action, ClientId, Event, GrantId, Outcome, SubjectId, Timestamp, TokenId};
use humantime_serde::re::humantime;
use ports::outbound::{AuditPosition, AuditQuery, Recorded};
use serde::Serialize;

use crate::{StartupError, assembly::Assembly, instant::instant};

/// The interval at which `--follow` reads new events.
const LOOK: Duration = Duration::from_secs(1);
/// The number of events in one query.
const PAGE: u32 = 500;

#[derive(Subcommand)]
pub(super) enum AuditCommand {
    /// Show the latest events, oldest first.
    Tail {
        /// Keep printing new events until interrupted.
        #[arg(long, short)]
        follow: bool,
        /// The number of past events to show first.
        #[arg(long, short = 'n', default_value_t = 20)]
        lines: u32,
        /// Print one JSON object per line.
        #[arg(long)]
        json: bool,
    },
    /// Search the events.
    Query(Box<Query>),
}

#[derive(Args)]
pub(super) struct Query {
    /// The earliest time: `2026-11-25T14:00:00Z`, `2026-11-25`, or how long ago: `36h`, `7days`.
    #[arg(long, value_parser = time)]
    since: Option<Timestamp>,
    /// The time before which events must be, in the same forms.
    #[arg(long, value_parser = time)]
    until: Option<Timestamp>,
    /// The kind of event, such as `session.sign_in`.
    #[arg(long, value_parser = action)]
    action: Option<Action>,
    /// The person concerned: a user name, or the `sub` of their tokens.
    #[arg(long)]
    subject: Option<String>,
    /// The client concerned (`client_id`).
    #[arg(long)]
    client: Option<String>,
    /// The outcome: `success` or `refused`.
    #[arg(long, value_parser = outcome)]
    outcome: Option<Outcome>,
    /// The number of events to show at most; the latest are chosen.
    #[arg(long, default_value_t = 1000)]
    limit: u32,
    /// Print one JSON object per line.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(assembly: &Assembly, command: AuditCommand) -> Result<(), StartupError> {
    match command {
        AuditCommand::Tail { follow, lines, json } => tail(assembly, follow, lines, json).await,
        AuditCommand::Query(query) => search(assembly, *query).await,
    }
}

async fn tail(
    assembly: &Assembly,
    follow: bool,
    lines: u32,
    json: bool,
) -> Result<(), StartupError> {
    let latest = AuditQuery { limit: lines.max(1), ..AuditQuery::default() };
    let recorded = assembly.stores.audit_history.recorded(&latest).await?;
    let mut last = recorded.last().map_or(0, |recorded| recorded.number);
    let shown = if lines == 0 { &[] } else { &recorded[..] };
    let mut going_on = show(shown, json)?;
    while follow && going_on {
        tokio::time::sleep(LOOK).await;
        let from = AuditPosition::After(last);
        let news = AuditQuery { from, limit: PAGE, ..AuditQuery::default() };
        let recorded = assembly.stores.audit_history.recorded(&news).await?;
        last = recorded.last().map_or(last, |recorded| recorded.number);
        going_on = show(&recorded, json)?;
    }
    Ok(())
}

async fn search(assembly: &Assembly, query: Query) -> Result<(), StartupError> {
    let mut wanted = AuditQuery {
        from: AuditPosition::Latest,
        since: query.since,
        until: query.until,
        action: query.action,
        subject: subject(assembly, query.subject).await?,
        client: query.client.map(ClientId::new),
        outcome: query.outcome,
        limit: 0,
    };
    // The latest are read page by page, and shown oldest first.
    let mut pages = Vec::new();
    let mut left = query.limit;
    while left > 0 {
        wanted.limit = left.min(PAGE);
        let page = assembly.stores.audit_history.recorded(&wanted).await?;
        let Some(first) = page.first() else { break };
        wanted.from = AuditPosition::Before(first.number);
        left -= u32::try_from(page.len()).unwrap_or(left).min(left);
        pages.push(page);
    }
    for page in pages.iter().rev() {
        if !show(page, query.json)? {
            break;
        }
    }
    Ok(())
}

/// The subject with this user name or identifier. A deleted account has only the identifier.
async fn subject(
    assembly: &Assembly,
    named: Option<String>,
) -> Result<Option<SubjectId>, StartupError> {
    let Some(named) = named else { return Ok(None) };
    let Ok(name) = domain::Username::parse(&named) else { return Ok(Some(SubjectId::new(named))) };
    let found = assembly.stores.users.by_username(&name).await?;
    Ok(Some(found.map_or_else(|| SubjectId::new(named), |stored| stored.value.id)))
}

/// Writes the events. Returns `false` if the reader has closed the pipe.
fn show(recorded: &[Recorded], json: bool) -> Result<bool, StartupError> {
    let mut out = stdout().lock();
    let mut write = || -> io::Result<()> {
        for recorded in recorded {
            let line = if json { as_json(recorded) } else { as_text(&recorded.event) };
            writeln!(out, "{line}")?;
        }
        out.flush()
    };
    match write() {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(StartupError::Start(format!("the events cannot be written: {error}"))),
    }
}

fn as_text(event: &Event) -> String {
    let mut line = format!(
        "{} {} {} by {}",
        instant(event.at),
        event.action.as_str(),
        event.outcome.as_str(),
        event.actor.as_str()
    );
    let address = event.origin.address.map(|address| address.to_string());
    let facts = [
        ("subject", event.subject.as_ref().map(SubjectId::as_str)),
        ("client", event.client.as_ref().map(ClientId::as_str)),
        ("grant", event.grant.as_ref().map(GrantId::as_str)),
        ("token", event.token.as_ref().map(TokenId::as_str)),
        ("from", address.as_deref()),
        ("trace", event.origin.trace.as_deref()),
        ("detail", event.detail.as_deref()),
    ];
    for (name, fact) in facts {
        if let Some(fact) = fact {
            let plain = fact.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
            // What somebody sent must not pass for another line, nor move the cursor of a terminal.
            let fact = if plain { fact.to_owned() } else { format!("{fact:?}") };
            // Writing to a string cannot fail.
            let _ = write!(line, " {name}={fact}");
        }
    }
    line
}

/// An event as one JSON object.
#[derive(Serialize)]
struct Line<'a> {
    number: i64,
    at: String,
    action: &'a str,
    outcome: &'a str,
    actor: &'a str,
    subject: Option<&'a str>,
    client: Option<&'a str>,
    grant: Option<&'a str>,
    token: Option<&'a str>,
    address: Option<String>,
    trace: Option<&'a str>,
    detail: Option<&'a str>,
}

fn as_json(Recorded { number, event }: &Recorded) -> String {
    let line = Line {
        number: *number,
        at: instant(event.at),
        action: event.action.as_str(),
        outcome: event.outcome.as_str(),
        actor: event.actor.as_str(),
        subject: event.subject.as_ref().map(SubjectId::as_str),
        client: event.client.as_ref().map(ClientId::as_str),
        grant: event.grant.as_ref().map(GrantId::as_str),
        token: event.token.as_ref().map(TokenId::as_str),
        address: event.origin.address.map(|address| address.to_string()),
        trace: event.origin.trace.as_deref(),
        detail: event.detail.as_deref(),
    };
    serde_json::to_string(&line).expect("texts and numbers are JSON")
}

fn time(text: &str) -> Result<Timestamp, String> {
    let now = adapter_system::SystemClock;
    if let Ok(ago) = humantime::parse_duration(text) {
        return Ok(ports::outbound::Clock::now(&now).before(ago));
    }
    let whole = if text.len() == "2026-11-25".len() {
        format!("{text}T00:00:00Z")
    } else {
        text.to_owned()
    };
    let time: SystemTime = humantime::parse_rfc3339_weak(&whole).map_err(|_| {
        "a time is written `2026-11-25T14:00:00Z` or `2026-11-25` (UTC), or as how long ago: `36h`, \
         `7days`"
            .to_owned()
    })?;
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Ok(Timestamp::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX)))
}

fn action(text: &str) -> Result<Action, String> {
    Action::from_wire(text).ok_or_else(|| {
        let known: Vec<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        format!("the kinds of events are {}", known.join(", "))
    })
}

fn outcome(text: &str) -> Result<Outcome, String> {
    Outcome::from_wire(text).ok_or_else(|| "it is `success` or `refused`".to_owned())
}

#[cfg(test)]
mod tests {
    use domain::RequestSource;

    use super::*;

    #[test]
    fn what_somebody_sent_stays_in_its_line() {
        let origin = RequestSource { address: Some([203, 0, 113, 7].into()), trace: None };
        let mut event = Event::new(Action::ClientAuthentication, Timestamp::from_unix(0), &origin);
        event.client = Some(ClientId::new("a\nb\u{1b}[2J"));
        let line = as_text(&event.refused("no such client"));
        assert_eq!(
            line,
            "1970-01-01T00:00:00Z client.authentication refused by anonymous \
             client=\"a\\nb\\u{1b}[2J\" from=203.0.113.7 detail=\"no such client\""
        );
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        let at = |text| time(text).map(Timestamp::as_unix);
        assert_eq!(at("1970-01-02"), Ok(86_400));
        assert_eq!(at("1970-01-01T00:01:00Z"), Ok(60));
        assert_eq!(at("1970-01-01 00:01:00"), Ok(60));
        assert!(at("36h").is_ok());
        assert!(at("yesterday").expect_err("no time").contains("7days"));
    }
}
