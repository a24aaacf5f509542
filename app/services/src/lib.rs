//! The use cases, a module for each noun of the protocol. A use case holds the ports and the services
//! that it needs, and keeps nothing else.

mod authorization;
mod clients;
mod consent;
mod context;
mod discovery;
mod keys;
mod maintenance;
mod people;
mod revocations;
mod sign_in;
mod tokens;
mod use_cases;

pub use authorization::{
    Authorize, CodeIssuer, Interactions, NextSteps, RedirectRules, Responder, VisitLimit,
};
pub use clients::{
    AdministerClients, ClientAuthentication, ClientCache, Logos, RegisterClients, RegistrationGate,
    UnusedClients, configured_client,
};
pub use consent::{Account, Consents, GiveConsent};
pub use context::Context;
pub use discovery::Discover;
pub use keys::{KeyManager, Keys, KeysError, Signing};
pub use maintenance::{AuditKeeping, BoundedAudit, Followed, Maintenance, Presence};
pub use people::{AdministerUsers, UserCache};
pub use revocations::RevocationList;
pub use sign_in::{EndSession, Passwords, Sessions, SignIn, SignInGuard, SignInPages};
pub use tokens::{
    AccessTokens, GrantStatus, IdTokenHints, Introspect, IssueTokens, RefreshTokens, Revoke,
    TokenMint, UserInfo,
};
pub use use_cases::{Foundation, Settings, UseCases};
