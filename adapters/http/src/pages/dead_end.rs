//! Error pages of interactions that cannot continue, each with the step that helps.

use askama::Template;
use domain::{InteractionError, RedirectUri, Registrant, legible, shortened};
use ports::inbound::{ClientView, InteractionFault, UnknownClient, UnknownRedirectUri};

use super::{
    answer::{Document, Failure},
    client::{Destination, Name},
    frame::Frame,
    page_error::PageError,
    policy::Policy,
};

/// The greatest length of an unknown client identifier that is shown whole.
const LONGEST_ID: usize = 80;
/// The greatest length of a host that is shown (RFC 1035 §2.3.4). A truncated host would mislead,
/// since its end says whose it is.
const LONGEST_HOST: usize = 253;
/// The greatest length of an unknown URL that is shown whole.
const LONGEST_ADDRESS: usize = 160;

/// The end of an interaction without a response to the client.
#[derive(Debug)]
pub(super) enum DeadEnd {
    /// The interaction has expired, is unknown, or belongs to another browser.
    Interaction(InteractionError),
    /// The interaction is finished, with the client that has received the response; `None` if the
    /// client is not known any more.
    Answered(Option<Box<ClientView>>),
    /// No client with this identifier exists.
    UnknownClient(UnknownClient),
    /// The client has not registered the redirect URI.
    RedirectUri(Box<UnknownRedirectUri>),
    /// The client is suspended; its display name.
    Suspended(String),
}

impl From<InteractionFault> for PageError {
    fn from(fault: InteractionFault) -> Self {
        Self::DeadEnd(match fault {
            InteractionFault::Failed(error) => return Self::Failed(error),
            InteractionFault::Interaction(error) => DeadEnd::Interaction(error),
            InteractionFault::Answered(client) => DeadEnd::Answered(client),
            InteractionFault::UnknownClient(unknown) => DeadEnd::UnknownClient(unknown),
            InteractionFault::RedirectUri(unknown) => DeadEnd::RedirectUri(unknown),
            InteractionFault::Suspended(name) => DeadEnd::Suspended(name),
        })
    }
}

impl From<InteractionError> for PageError {
    fn from(error: InteractionError) -> Self {
        Self::DeadEnd(DeadEnd::Interaction(error))
    }
}

impl Frame {
    /// The error page for `end`.
    pub(super) fn dead_end(&self, end: DeadEnd) -> Failure {
        match end {
            DeadEnd::Interaction(InteractionError::OtherBrowser) => {
                Failure::Forbidden(self.lost(403, OTHER_BROWSER.0, OTHER_BROWSER.1))
            }
            DeadEnd::Interaction(InteractionError::Unknown | InteractionError::Expired) => {
                Failure::Gone(self.lost(410, TOO_LATE.0, TOO_LATE.1))
            }
            DeadEnd::Answered(client) => Failure::Gone(self.answered(client.as_deref())),
            DeadEnd::UnknownClient(unknown) => Failure::Refused(self.unknown_client(&unknown)),
            DeadEnd::RedirectUri(unknown) => Failure::Refused(self.unknown_address(&unknown)),
            DeadEnd::Suspended(name) => {
                let name = Name::from(name.as_str()).shown;
                let text = format!(
                    "The people who run this server have stopped {name}: it can sign nobody in. \
                     Nothing was decided. Ask them whether it may go on."
                );
                Failure::Refused(self.lost(400, "This application is stopped", &text))
            }
        }
    }

    fn lost(&self, status: u16, title: &str, text: &str) -> Document {
        Document::new(&LostPage { frame: self, status, title, text }, Policy::still())
    }

    fn answered(&self, client: Option<&ClientView>) -> Document {
        let page = AnsweredPage {
            frame: self,
            name: client.map(|client| Name::from(client.name.as_str())),
            home: client.and_then(home),
            destination: client.map(|client| Destination::of(&client.redirect_uri)),
        };
        Document::new(&page, Policy::still())
    }

    fn unknown_client(&self, unknown: &UnknownClient) -> Document {
        let named = unknown.redirect_uri.as_deref();
        let page = UnknownClientPage {
            frame: self,
            client_id: cut(&unknown.client_id, LONGEST_ID),
            destination: named.and_then(destination),
            remedy: named.and_then(Registrant::at).map(Remedy::from),
        };
        Document::new(&page, Policy::still())
    }

    fn unknown_address(&self, unknown: &UnknownRedirectUri) -> Document {
        let requested = unknown.requested.as_deref();
        let page = UnknownAddressPage {
            frame: self,
            name: Name::from(unknown.name.as_str()),
            client_id: cut(unknown.client.as_str(), LONGEST_ID),
            self_registered: unknown.self_registered,
            registered: unknown.registered,
            requested: requested.map(|uri| cut(uri, LONGEST_ADDRESS)),
            remedy: requested.and_then(Registrant::at).map(Remedy::from),
        };
        Document::new(&page, Policy::still())
    }
}

/// A title, and an instruction.
type Words = (&'static str, &'static str);

const OTHER_BROWSER: Words = (
    "This page is not open in this browser",
    "You began in another browser or in a private window, or the cookies of this one are gone. Go on in \
     the window where you began. If it is closed, go back to the application, and start again there.",
);
const TOO_LATE: Words = (
    "This took too long",
    "For your safety, a sign-in must be finished soon after it was begun. Nothing was decided. Go back \
     to the application, and start again there.",
);

/// A text of unknown origin, made legible and truncated for a page.
fn cut(text: &str, most: usize) -> String {
    let text = legible(text);
    shortened(&text, most).unwrap_or(text)
}

/// The destination of an unknown redirect URI, if anyone could register one there.
fn destination(redirect_uri: &str) -> Option<Destination> {
    let uri = RedirectUri::parse(redirect_uri).ok()?;
    (uri.destination().len() <= LONGEST_HOST).then(|| Destination::of(&uri))
}

/// The home page of a client that the operator has configured; `None` for a client that registered
/// itself, whose URL may lead anywhere.
fn home(client: &ClientView) -> Option<String> {
    let uri = client.client_uri.as_ref().filter(|_| !client.self_registered)?;
    uri.starts_with("https://").then(|| uri.clone())
}

/// The steps that make an application register anew.
#[derive(Debug)]
struct Remedy {
    /// The name of the application.
    application: &'static str,
    /// The steps, as sentences.
    steps: &'static str,
}

impl From<Registrant> for Remedy {
    fn from(registrant: Registrant) -> Self {
        let (application, steps) = match registrant {
            Registrant::Claude => (
                "Claude",
                "In the settings, under Connectors, remove this connector and add it again.",
            ),
            Registrant::ClaudeCode => (
                "Claude Code",
                "Type /mcp, choose this server, choose “Clear authentication”, and sign in again.",
            ),
            Registrant::Cursor => (
                "Cursor",
                "In the settings for tools and MCP servers, choose “Logout” for this server, or remove \
                 the server and add it again. Then connect.",
            ),
            Registrant::McpRemote => (
                "mcp-remote",
                "Delete the folder .mcp-auth in your home folder, and start the application that uses \
                 it again.",
            ),
            Registrant::VsCode => (
                "Visual Studio Code",
                "Open the Command Palette, run “Authentication: Remove Dynamic Authentication \
                 Providers”, choose this server, and connect again.",
            ),
        };
        Self { application, steps }
    }
}

#[derive(Template)]
#[template(path = "lost.html")]
struct LostPage<'a> {
    frame: &'a Frame,
    status: u16,
    title: &'a str,
    text: &'a str,
}

#[derive(Template)]
#[template(path = "answered.html")]
struct AnsweredPage<'a> {
    frame: &'a Frame,
    name: Option<Name>,
    home: Option<String>,
    destination: Option<Destination>,
}

#[derive(Template)]
#[template(path = "unknown-client.html")]
struct UnknownClientPage<'a> {
    frame: &'a Frame,
    client_id: String,
    destination: Option<Destination>,
    remedy: Option<Remedy>,
}

#[derive(Template)]
#[template(path = "unknown-address.html")]
struct UnknownAddressPage<'a> {
    frame: &'a Frame,
    name: Name,
    client_id: String,
    self_registered: bool,
    registered: usize,
    requested: Option<String>,
    remedy: Option<Remedy>,
}
