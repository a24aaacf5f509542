//! The routing table: the endpoint at each path, and the checks and headers common to a path.

use std::{collections::HashMap, sync::Arc};

use domain::{EnabledGrants, Issuer};
use poem::{
    Endpoint, EndpointExt, Error, IntoResponse, Request, Response, Result, Route,
    endpoint::BoxEndpoint,
    error::MethodNotAllowedError,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::CookieJarManager,
};
use poem_openapi::OpenApi;
use ports::inbound::Discover;
use tokio_util::task::TaskTracker;

use crate::{
    Settings,
    body::BodyBudget,
    cors::{self, Cors, Registrants},
    failure::BearerFailure,
    finish::{self, Finish, accepts},
    pages::{self, Frame},
};

/// The kind of caller of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    /// Programs: errors are JSON, and scripts of other origins may call.
    Back,
    /// People: errors are pages, and cookies are read.
    Front,
    /// Both.
    Open,
}

/// The routing table.
pub(crate) struct Routes {
    route: Route,
    issuer: Issuer,
    cors: Arc<Cors>,
    registrants: Arc<Registrants>,
    frame: Arc<Frame>,
    tasks: TaskTracker,
    bodies: BodyBudget,
    grants: Arc<EnabledGrants>,
}

impl Routes {
    pub(crate) fn new(server: &dyn Discover, settings: &Settings, tasks: TaskTracker) -> Self {
        let (issuer, allowed) = (server.issuer().clone(), settings.allowed_origins.as_deref());
        let cors = Arc::new(Cors::new(allowed));
        let registrants = Arc::new(Registrants::new(&issuer, allowed));
        let frame = Arc::new(Frame::new(server));
        let bodies = BodyBudget::new(settings.body_memory);
        let grants = Arc::new(server.capabilities().grant_types);
        Self { route: Route::new(), issuer, cors, registrants, frame, tasks, bodies, grants }
    }

    /// Adds every path of an API. poem-openapi would put all of them behind one cookie jar and one
    /// parsed query, which the back channel does not use; therefore its table is taken without
    /// them.
    pub(crate) fn add(mut self, channel: Channel, api: impl OpenApi) -> Self {
        let mut table = HashMap::new();
        api.add_routes(&mut table);
        for (path, methods) in table {
            let places = places(&self.issuer, &path);
            let registrants = registers(&path).then(|| self.registrants.clone());
            let apart = stands_apart(&path);
            let served = Served { apart, registrants, ..self.served(channel, methods) };
            self.route = match channel {
                Channel::Front => at(self.route, places, served.with(CookieJarManager::new())),
                Channel::Back | Channel::Open => at(self.route, places, served),
            };
        }
        self
    }

    fn served(&self, channel: Channel, methods: HashMap<Method, BoxEndpoint<'static>>) -> Served {
        let allow = allow(&methods);
        let methods = methods.into_iter().map(|(method, endpoint)| (method, Arc::new(endpoint)));
        Served {
            channel,
            apart: false,
            registrants: None,
            methods: methods.collect(),
            allow,
            cors: self.cors.clone(),
            frame: self.frame.clone(),
            tasks: self.tasks.clone(),
        }
    }

    /// Completes the router.
    pub(crate) fn finish(self) -> Finish<Route> {
        Finish::new(self.route, self.frame, self.issuer.is_https(), self.bodies, self.grants)
    }
}

fn at(route: Route, places: Vec<String>, endpoint: impl Endpoint + 'static) -> Route {
    let endpoint = Arc::new(endpoint);
    places.into_iter().fold(route, |route, place| route.at(place, endpoint.clone()))
}

/// The paths at which an operation is served. All are under the path of the issuer. Some are also
/// served at the root of the host: health, the metadata of resources, whose paths follow the
/// well-known part (RFC 9728 §3.1), and the server's own metadata, whose path does too (RFC 8414
/// §3.1).
fn places(issuer: &Issuer, path: &str) -> Vec<String> {
    const RESOURCE: &str = "/.well-known/oauth-protected-resource";
    let base = issuer.path();
    // The path of a resource has as many segments as it likes.
    let path = &path.replace(&format!("{RESOURCE}/:"), &format!("{RESOURCE}/*"));
    let mut places = vec![format!("{base}{path}")];
    match path.as_str() {
        _ if base.is_empty() => {}
        "/" => places.push(base.to_owned()),
        "/livez" | "/ready" | "/health" => places.push(path.clone()),
        path if path.starts_with(RESOURCE) => places.push(path.to_owned()),
        "/.well-known/oauth-authorization-server" | "/.well-known/openid-configuration" => {
            places.extend([format!("{path}{base}"), format!("{path}{base}/")]);
        }
        _ => {}
    }
    places
}

/// Runs an endpoint to completion, even if the client disconnects. Otherwise an operation could
/// stop halfway: for example changed, but not in the audit record.
async fn to_the_end(
    endpoint: Arc<BoxEndpoint<'static>>,
    request: Request,
    tasks: &TaskTracker,
) -> Result<Response> {
    let answer = tasks.spawn(async move { endpoint.call(request).await });
    answer.await.unwrap_or_else(|error| {
        tracing::error!(%error, "an endpoint broke off");
        Err(Error::from_status(StatusCode::INTERNAL_SERVER_ERROR))
    })
}

/// The endpoint at one path.
struct Served {
    channel: Channel,
    /// Whether pages at the path are isolated from the browsing context group of pages of other
    /// origins.
    apart: bool,
    /// The origins that may register here; `None` if `cors` alone decides.
    registrants: Option<Arc<Registrants>>,
    methods: Vec<(Method, Arc<BoxEndpoint<'static>>)>,
    /// The value of `Allow`.
    allow: HeaderValue,
    cors: Arc<Cors>,
    frame: Arc<Frame>,
    tasks: TaskTracker,
}

/// Says whether pages at a path are isolated from the window that opened them, and from those that
/// they open (`Cross-Origin-Opener-Policy`). The pages of signing in and out are not: a client that
/// opens them in a popup would never receive the response, since the isolation lasts as long as the
/// window.
fn stands_apart(path: &str) -> bool {
    path.starts_with("/oauth/authorize/account") || path.starts_with("/docs")
}

/// Says whether clients register or change their registration at a path.
fn registers(path: &str) -> bool {
    path.starts_with("/oauth/register")
}

/// The value of `Allow` (RFC 9110 §10.2.1) where these methods are served.
fn allow(methods: &HashMap<Method, BoxEndpoint<'static>>) -> HeaderValue {
    let mut names: Vec<_> = methods.keys().map(Method::as_str).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.sort_unstable();
    HeaderValue::from_str(&names.join(", ")).expect("names of methods")
}

impl Served {
    async fn answer(&self, request: Request) -> Result<Response> {
        let method = request.method().clone();
        let asked = if method == Method::HEAD { &Method::GET } else { &method };
        let found = self.methods.iter().find(|(known, _)| known == asked);
        let endpoint = match found {
            Some((_, endpoint)) => endpoint.clone(),
            None if method == Method::OPTIONS => return Ok(self.options(request.headers())),
            None => return Err(MethodNotAllowedError.into()),
        };
        let only_reads = *asked == Method::GET && self.channel != Channel::Front;
        let mut response = if only_reads {
            endpoint.call(request).await?
        } else {
            to_the_end(endpoint, request, &self.tasks).await?
        };
        if method == Method::HEAD {
            response.set_body(());
        }
        Ok(response)
    }

    fn options(&self, headers: &HeaderMap) -> Response {
        let mut response = StatusCode::NO_CONTENT.into_response();
        response.headers_mut().insert(header::ALLOW, self.allow.clone());
        let preflight = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if preflight && self.channel == Channel::Back {
            response.headers_mut().extend(cors::preflight(&self.allow));
        }
        response
    }

    fn refuse(&self, error: Error, page: bool) -> Response {
        let mut response = finish::render(error, page.then_some(&*self.frame));
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            response.headers_mut().insert(header::ALLOW, self.allow.clone());
        }
        response
    }
}

impl Endpoint for Served {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let page = match self.channel {
            Channel::Back => false,
            Channel::Front => !accepts(request.headers(), "json"),
            Channel::Open => accepts(request.headers(), "text/html"),
        };
        let origin = request.headers().get(header::ORIGIN).cloned();
        let registrants = self.registrants.as_deref();
        if let Some(Err(error)) = registrants.map(|pages| pages.check(origin.as_ref())) {
            // Without a word about origins, so that the page may not even read the answer.
            return Ok(self.refuse(BearerFailure::from(error).into(), page));
        }
        let result = self.answer(request).await;
        let mut response = result.unwrap_or_else(|error| self.refuse(error, page));
        if self.apart {
            let name = HeaderName::from_static("cross-origin-opener-policy");
            response.headers_mut().insert(name, HeaderValue::from_static("same-origin"));
        }
        match self.channel {
            Channel::Back => self.cors.admit(origin, response.headers_mut()),
            Channel::Front => {
                let csp = response.headers_mut().entry(header::CONTENT_SECURITY_POLICY);
                csp.or_insert(HeaderValue::from_static(pages::CSP));
            }
            Channel::Open => {}
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests;
