//! The HTTP adapter. It depends on the inbound ports alone, and on nothing that implements them.

mod admin;
mod basic;
mod bearer;
mod body;
mod cached;
mod client_request;
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
    pages::{AccountApi, AssetsApi, AuthorizeApi, ConsentApi, LogoutApi, PasswordApi, SignInApi},
    register::RegisterApi,
    revoke::RevokeApi,
    routes::{Channel, Routes},
    token::TokenApi,
    user_info::UserInfoApi,
};

/// The use cases that this adapter calls.
#[derive(Clone)]
pub struct Application {
    /// Describes this server: metadata, keys and resources.
    pub discover: Arc<dyn Discover>,
    /// Exchanges grants for tokens.
    pub tokens: Arc<dyn IssueTokens>,
    /// Introspects tokens.
    pub introspect: Arc<dyn Introspect>,
    /// Revokes tokens.
    pub revoke: Arc<dyn Revoke>,
    /// Returns UserInfo claims.
    pub user_info: Arc<dyn UserInfo>,
    /// Registers clients and manages their registrations.
    pub clients: Arc<dyn RegisterClients>,
    /// Starts authorization requests.
    pub authorize: Arc<dyn Authorize>,
    /// Signs people in.
    pub sign_in: Arc<dyn SignIn>,
    /// Takes the consent of a person to a client.
    pub decide: Arc<dyn GiveConsent>,
    /// Manages the account of a person.
    pub account: Arc<dyn ManageAccount>,
    /// Signs people out.
    pub end_session: Arc<dyn EndSession>,
    /// Checks the health of this server.
    pub probe: Arc<dyn Probe>,
}

/// The settings of this adapter.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The web origins whose scripts may call the back channel. `None` allows any, an empty list
    /// none. On a localhost issuer, pages of other origins can register clients only if they are
    /// listed.
    pub allowed_origins: Option<Vec<String>>,
    /// The greatest number of bytes that all arriving request bodies may take together.
    pub body_memory: usize,
}

impl Default for Settings {
    /// Enough for 512 bodies of the greatest length, and for many thousands of the usual length.
    fn default() -> Self {
        Self { allowed_origins: None, body_memory: 32 * 1024 * 1024 }
    }
}

/// The requests that are being processed, including those whose client has disconnected.
#[derive(Clone, Debug, Default)]
pub struct Tasks(TaskTracker);

impl Tasks {
    /// Waits until all requests are processed. No new request may start after that.
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

/// Builds the router with every route of the server.
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
type Front = (AuthorizeApi, SignInApi, PasswordApi, ConsentApi, AccountApi, LogoutApi, AssetsApi);
type Open = (HealthApi, DocsApi);

/// All APIs, with the title and version of the document.
fn service(app: &Application) -> OpenApiService<(Back, Front, Open), ()> {
    let apis = (back(app), front(app), open(app, Texts::default));
    OpenApiService::new(apis, "Portcullis", env!("CARGO_PKG_VERSION"))
        .description("An OAuth 2.1 authorization server that speaks OpenID Connect.")
        .license(LicenseObject::new("MIT OR Apache-2.0"))
        .server(app.discover.issuer().base())
}

/// The APIs that programs call.
fn back(app: &Application) -> Back {
    (
        DiscoveryApi::new(app.discover.clone()),
        TokenApi::new(app.tokens.clone()),
        IntrospectApi::new(app),
        RevokeApi::new(app.revoke.clone()),
        UserInfoApi::new(app.user_info.clone()),
        RegisterApi::new(app),
    )
}

/// The APIs whose responses are pages.
fn front(app: &Application) -> Front {
    (
        AuthorizeApi::new(app),
        SignInApi::new(app),
        PasswordApi::new(app),
        ConsentApi::new(app),
        AccountApi::new(app),
        LogoutApi::new(app),
        AssetsApi,
    )
}

/// The APIs for both.
fn open(app: &Application, texts: impl FnOnce() -> Texts + Send + 'static) -> Open {
    (HealthApi::new(app.probe.clone()), DocsApi::new(texts, app.discover.issuer()))
}
