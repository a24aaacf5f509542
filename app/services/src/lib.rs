//! The use cases: each holds the ports it needs and keeps nothing else.

mod account;
mod administer_clients;
mod administer_users;
mod audit_record;
mod authorize;
mod dead_ends;
mod decide;
mod directory;
mod discover;
mod end_session;
mod flow;
mod introspect;
mod issue_tokens;
mod keys;
mod limits;
mod logos;
mod minting;
mod passwords;
mod people;
mod presence;
mod register_clients;
mod registration_gate;
mod revocation_graph;
mod revoke;
mod settle;
mod sign_in;
mod sign_in_request;
mod signing;
mod steps;
mod unused_clients;
mod upkeep;
mod user_info;
mod world;

use domain::{Client, Image, RedirectUri};
use ports::inbound::ClientView;

pub use account::Account;
pub use administer_clients::{AdministerClients, configured_client};
pub use administer_users::AdministerUsers;
pub use audit_record::{AuditKeeping, BoundedAudit};
pub use authorize::Authorize;
pub use decide::Decide;
pub use directory::Directory;
pub use discover::Discover;
pub use end_session::EndSession;
pub use flow::Flow;
pub use introspect::Introspect;
pub use issue_tokens::IssueTokens;
pub use keys::{KeyCabinet, Keys, KeysError};
pub use logos::Logos;
pub use minting::{Lifetimes, Mint};
pub use presence::Presence;
pub use register_clients::RegisterClients;
pub use registration_gate::RegistrationGate;
pub use revocation_graph::RevocationGraph;
pub use revoke::Revoke;
pub use sign_in::{SignIn, SignInGuard};
pub use signing::Signing;
pub use unused_clients::UnusedClients;
pub use upkeep::{Followed, Upkeep};
pub use user_info::UserInfo;
pub use world::World;

/// A client, as people see it who are about to be sent back to it.
fn client_view(client: &Client, redirect_uri: &RedirectUri, logo: Option<Image>) -> ClientView {
    ClientView {
        id: client.id.clone(),
        name: client.display_name(),
        self_registered: client.is_self_registered(),
        redirect_uri: redirect_uri.clone(),
        logo,
        client_uri: client.metadata.client_uri.clone(),
        tos_uri: client.metadata.tos_uri.clone(),
        policy_uri: client.metadata.policy_uri.clone(),
    }
}
