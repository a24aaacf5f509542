//! The extractor of a browser's cookies, user agent and origin.

use std::marker::PhantomData;

use domain::{RequestSource, Secret};
use poem::{
    Request, RequestBody, Result,
    http::{HeaderValue, header},
    web::cookie::CookieJar,
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, SecurityScheme, auth::ApiKey,
    registry::Registry,
};
use ports::inbound::Browser;

use super::{frame::Frame, navigation::Navigation};
use crate::{origin, security::Holder};

/// The greatest length of a `User-Agent` that is kept, in characters. Less is sufficient to
/// recognize a browser.
const USER_AGENT: usize = 256;

/// The cookie of a signed-in browser. Its name carries a digest of the issuer behind `portcullis-`, and
/// begins with `__Host-` under https, on a localhost issuer with `__Secure-`.
#[derive(SecurityScheme)]
#[oai(ty = "api_key", key_name = "portcullis-session", key_in = "cookie", rename = "session")]
pub(super) struct SessionCookie(#[expect(dead_code, reason = "only its schema is used")] ApiKey);

/// The cookie that binds interactions to the browser they began in. Its name carries a digest of the
/// issuer behind `portcullis-`, and begins with `__Host-` under https, on a localhost issuer with
/// `__Secure-`.
#[derive(SecurityScheme)]
#[oai(ty = "api_key", key_name = "portcullis-browser", key_in = "cookie", rename = "browser")]
pub(super) struct BrowserCookie(#[expect(dead_code, reason = "only its schema is used")] ApiKey);

/// Any browser, with or without a session.
pub(super) type AnyBrowser = BrowserContext<Holder<SessionCookie>>;

/// A browser that must hold the secret to which the interaction is bound.
pub(super) type InInteraction = BrowserContext<BrowserCookie>;

/// A browser that must have a session.
pub(super) type InSession = BrowserContext<SessionCookie>;

/// The browser that sent a request, documented as the scheme `S`.
pub(super) struct BrowserContext<S>(pub(super) Visitor, PhantomData<fn() -> S>);

/// The browser that sent a request.
pub(super) struct Visitor {
    /// The cookies that the response sets.
    pub(super) jar: CookieJar,
    /// The `Cookie` headers as they were sent.
    sent: Vec<HeaderValue>,
    user_agent: Option<String>,
    origin: RequestSource,
    /// The navigation by which the browser came.
    pub(super) navigation: Navigation,
}

impl<'a, S: ApiExtractor<'a>> ApiExtractor<'a> for BrowserContext<S> {
    const TYPES: &'static [ApiExtractorType] = S::TYPES;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        S::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        S::security_schemes()
    }

    fn has_security_fallback() -> bool {
        S::has_security_fallback()
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let origin = origin::source(request);
        let user_agent =
            request.header(header::USER_AGENT).map(|name| name.chars().take(USER_AGENT).collect());
        let sent = request.headers().get_all(header::COOKIE).iter().cloned().collect();
        let (jar, navigation) = (request.cookie().clone(), Navigation::of(request));
        let visitor = Visitor { jar, sent, user_agent, origin, navigation };
        Ok(Self(visitor, PhantomData))
    }
}

impl Visitor {
    /// The browser in the terms of the application.
    pub(super) fn browser(&self, frame: &Frame) -> Browser {
        Browser {
            sessions: frame.cookies.sessions(&self.sent),
            secrets: frame.cookies.secrets(&self.sent),
            user_agent: self.user_agent.clone(),
            origin: self.origin.clone(),
        }
    }

    /// Sets the cookie with the secret that interactions are bound to, if there is a new one.
    pub(super) fn keep(&self, frame: &Frame, secret: Option<&Secret>) {
        if let Some(secret) = secret {
            frame.cookies.keep_secret(&self.jar, secret);
        }
    }

    /// Sets the session cookie, if there is a new session.
    pub(super) fn keep_session(&self, frame: &Frame, session: Option<&Secret>) {
        if let Some(session) = session {
            frame.cookies.keep_session(&self.jar, session);
        }
    }

    /// Says whether the browser has sent a session cookie, valid or not.
    pub(super) fn has_session(&self, frame: &Frame) -> bool {
        !frame.cookies.sessions(&self.sent).is_empty()
    }
}

/// The purpose of CSRF tokens that are bound to a session, not to an interaction.
pub(super) const SESSION: &str = "session";

/// The CSRF token for the form of a page: one for each of the `secrets` in this browser's cookies,
/// valid for `purpose` alone.
///
/// On plain http another program on the host may have set one of the secrets, and therefore knows
/// its token. A form therefore speaks only for the cookies whose tokens it carries: see [`proven`].
pub(super) fn csrf(secrets: &[Secret], purpose: &str) -> String {
    let token = |secret: &Secret| secret.derive(&format!("csrf {purpose}")).expose().to_owned();
    secrets.iter().map(token).collect::<Vec<_>>().join(".")
}

/// The `secrets` whose tokens for `purpose` are in `csrf`.
pub(super) fn proven(secrets: &[Secret], csrf: &str, purpose: &str) -> Vec<Secret> {
    let tokens: Vec<_> = csrf.split('.').take(secrets.len()).map(Secret::new).collect();
    let is_proven = |secret: &&Secret| {
        let expected = secret.derive(&format!("csrf {purpose}")).digest();
        tokens.iter().any(|token| expected.matches(token))
    };
    secrets.iter().filter(is_proven).cloned().collect()
}
