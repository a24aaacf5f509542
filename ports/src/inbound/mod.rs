//! The use cases of the application, as traits that the adapters of HTTP and the command line call.

mod account;
mod administration;
mod browser;
mod clients;
mod discovery;
mod faults;
mod tokens;
mod views;

pub use account::{
    AccountView, Changed, ConsentLine, EndSession, ManageAccount, PasswordChange, SessionLine,
    SignOut, SignOutRequest,
};
pub use administration::{
    AdminError, AdministerClients, AdministerUsers, ClientDraft, CreatedClient, NewUser,
    OneTimePassword, UserChange,
};
pub use browser::{
    Authorize, Begun, Browser, ConsentView, Credentials, Decided, Decision, GiveConsent, NextPage,
    PasswordView, SealedRequest, Shown, SignIn, SignInPage, SignInView, SignedIn,
};
pub use clients::{RegisterClients, Registered, Registration};
pub use discovery::{Discover, Probe, Verdict};
pub use faults::{InteractionFault, UnknownClient, UnknownRedirectUri};
pub use tokens::{
    Capabilities, Introspect, Introspection, IssueTokens, PresentedGrant, Revoke, TokenRequest,
    TokenSet, UserInfo, UserInfoClaims,
};
pub use views::{AccessView, ClientView, PlaceView, ScopeView};
