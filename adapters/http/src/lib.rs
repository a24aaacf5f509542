//! The server's HTTP face. Knows the wire and the inbound ports; knows nothing of what is behind
//! them.

mod admin;
mod basic;
mod bearer;
mod body;
mod cached;
mod cors;
mod discovery;
mod docs;
mod failure;
mod finish;
mod health;
mod introspect;
mod listen;
mod origin;
mod pages;
mod params;
mod payload;
mod register;
mod revoke;
mod routes;
mod security;
mod tags;
mod token;
mod user_info;

use std::sync::Arc;

use poem::{Endpoint, Response};
use poem_openapi::{LicenseObject, OpenApiService};
use ports::inbound::{
    Authorize, Discover, EndSession, GiveConsent, Introspect, IssueTokens, ManageAccount, Probe,
    RegisterClients, Revoke, SignIn, UserInfo,
};
use tokio_util::task::TaskTracker;

pub use self::admin::{Administration, admin_document, admin_router};
pub use self::listen::{ForwardedHeader, ListenSettings, Listeners, TrustedProxies};
use self::{
    discovery::DiscoveryApi,
    docs::{DocsApi, Texts},
    health::HealthApi,
    introspect::IntrospectApi,
    pages::{AccountApi, AssetsApi, AuthorizeApi, ConsentApi, LogoutApi, SignInApi},
    register::RegisterApi,
    revoke::RevokeApi,
    routes::{Channel, Routes},
    token::TokenApi,
    user_info::UserInfoApi,
};

/// The use cases this adapter drives.
#[derive(Clone)]
pub struct Application {
    /// Says what this server is.
    pub discover: Arc<dyn Discover>,
    /// Trades grants for tokens.
    pub tokens: Arc<dyn IssueTokens>,
    /// Says what tokens are worth.
    pub introspect: Arc<dyn Introspect>,
    /// Ends tokens.
    pub revoke: Arc<dyn Revoke>,
    /// Tells clients about people.
    pub user_info: Arc<dyn UserInfo>,
    /// Registers clients.
    pub clients: Arc<dyn RegisterClients>,
    /// Takes authorization requests.
    pub authorize: Arc<dyn Authorize>,
    /// Signs people in.
    pub sign_in: Arc<dyn SignIn>,
    /// Asks people what a client may do.
    pub decide: Arc<dyn GiveConsent>,
    /// Shows people their account.
    pub account: Arc<dyn ManageAccount>,
    /// Signs people out.
    pub end_session: Arc<dyn EndSession>,
    /// Says how this server is.
    pub probe: Arc<dyn Probe>,
}

/// What an operator may decide about this adapter.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The web origins whose scripts may call the back channel. Absent: any; empty: none. On a localhost
    /// issuer, other pages than those of localhost register clients only if they are listed.
    pub allowed_origins: Option<Vec<String>>,
    /// How many bytes the bodies that are arriving may take together.
    pub body_memory: usize,
}

impl Default for Settings {
    /// Room for 512 bodies of the largest size, and for many thousands of the usual one.
    fn default() -> Self {
        Self { allowed_origins: None, body_memory: 32 * 1024 * 1024 }
    }
}

/// The requests that are being answered, also those for which nobody waits any more.
#[derive(Clone, Debug, Default)]
pub struct Tasks(TaskTracker);

impl Tasks {
    /// Waits until all of them are answered. No other may begin then.
    pub async fn finished(&self) {
        self.0.close();
        self.0.wait().await;
    }
}

/// The OpenAPI document of everything that [`router`] serves.
#[must_use]
pub fn document(application: &Application) -> String {
    service(application).spec()
}

/// Every route of the server.
#[must_use]
pub fn router(
    application: &Application,
    settings: &Settings,
    tasks: &Tasks,
) -> impl Endpoint<Output = Response> + use<> {
    let app = application.clone();
    let texts = move || Texts::of(&service(&app));
    Routes::new(application.discover.as_ref(), settings, tasks.0.clone())
        .add(Channel::Back, back(application))
        .add(Channel::Front, front(application))
        .add(Channel::Open, open(application, texts))
        .finish()
}

type Back = (DiscoveryApi, TokenApi, IntrospectApi, RevokeApi, UserInfoApi, RegisterApi);
type Front = (AuthorizeApi, SignInApi, ConsentApi, AccountApi, LogoutApi, AssetsApi);
type Open = (HealthApi, DocsApi);

/// Everything, described.
fn service(app: &Application) -> OpenApiService<(Back, Front, Open), ()> {
    let apis = (back(app), front(app), open(app, Texts::default));
    OpenApiService::new(apis, "Portcullis", env!("CARGO_PKG_VERSION"))
        .description("An OAuth 2.1 authorization server that speaks OpenID Connect.")
        .license(LicenseObject::new("MIT OR Apache-2.0"))
        .server(app.discover.issuer().base())
}

/// What programs use.
fn back(app: &Application) -> Back {
    (
        DiscoveryApi::new(app.discover.clone()),
        TokenApi::new(app),
        IntrospectApi::new(app),
        RevokeApi::new(app.revoke.clone()),
        UserInfoApi::new(app.user_info.clone()),
        RegisterApi::new(app),
    )
}

/// What people see.
fn front(app: &Application) -> Front {
    (
        AuthorizeApi::new(app),
        SignInApi::new(app),
        ConsentApi::new(app),
        AccountApi::new(app),
        LogoutApi::new(app),
        AssetsApi,
    )
}

/// What either may look at.
fn open(app: &Application, texts: impl FnOnce() -> Texts + Send + 'static) -> Open {
    (HealthApi::new(app.probe.clone()), DocsApi::new(texts, app.discover.issuer()))
}
