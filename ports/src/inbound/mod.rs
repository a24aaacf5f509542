//! What the world may ask of the application.

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
    Authorize, Begun, Browser, ConsentView, Credentials, Decide, Decided, Decision, Next,
    PasswordView, SealedRequest, Shown, SignIn, SignInPage, SignInView, SignedIn,
};
pub use clients::{RegisterClients, Registered, Registration};
pub use discovery::{Discover, Probe, Verdict};
pub use faults::{Fault, UnknownClient, UnknownRedirectUri};
pub use tokens::{
    Capabilities, Grant, Introspect, Introspection, IssueTokens, Revoke, TokenRequest, TokenSet,
    UserInfo, UserInfoClaims,
};
pub use views::{AccessView, ClientView, PlaceView, ScopeView};
