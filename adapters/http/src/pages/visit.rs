//! A browser at our door.

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
use crate::{origin::Caller, security::Holder};

/// More of a `User-Agent` than anybody needs to recognise a browser by.
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

/// Whatever browser it is: a session is looked for, and may be missing.
pub(super) type AnyBrowser = BrowserContext<Holder<SessionCookie>>;

/// A browser in which the interaction must have begun.
pub(super) type InInteraction = BrowserContext<BrowserCookie>;

/// A browser that must have a session.
pub(super) type InSession = BrowserContext<SessionCookie>;

/// What a browser sends along with whatever it asks, documented as the scheme `S`.
pub(super) struct BrowserContext<S>(pub(super) Visitor, PhantomData<fn() -> S>);

/// What a browser sends along with whatever it asks.
pub(super) struct Visitor {
    /// The cookies it is to get.
    pub(super) jar: CookieJar,
    /// The `Cookie` headers as they came.
    sent: Vec<HeaderValue>,
    user_agent: Option<String>,
    origin: RequestSource,
    /// How it has come.
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
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let Caller(origin) = Caller::from_request(request, body, options).await?;
        let user_agent =
            request.header(header::USER_AGENT).map(|name| name.chars().take(USER_AGENT).collect());
        let sent = request.headers().get_all(header::COOKIE).iter().cloned().collect();
        let (jar, navigation) = (request.cookie().clone(), Navigation::of(request));
        let visitor = Visitor { jar, sent, user_agent, origin, navigation };
        Ok(Self(visitor, PhantomData))
    }
}

impl Visitor {
    /// The browser, as the application knows it.
    pub(super) fn browser(&self, frame: &Frame) -> Browser {
        Browser {
            sessions: frame.cookies.sessions(&self.sent),
            secrets: frame.cookies.secrets(&self.sent),
            user_agent: self.user_agent.clone(),
            origin: self.origin.clone(),
        }
    }

    /// Makes the browser keep the secret that interactions are bound to it by, if it was given one.
    pub(super) fn keep(&self, frame: &Frame, secret: Option<&Secret>) {
        if let Some(secret) = secret {
            frame.cookies.keep_secret(&self.jar, secret);
        }
    }

    /// Makes the browser keep the session, if there is a new one.
    pub(super) fn keep_session(&self, frame: &Frame, session: Option<&Secret>) {
        if let Some(session) = session {
            frame.cookies.keep_session(&self.jar, session);
        }
    }

    /// Whether it has a session cookie, whatever that may be worth.
    pub(super) fn has_session(&self, frame: &Frame) -> bool {
        !frame.cookies.sessions(&self.sent).is_empty()
    }
}

/// The purpose of forms that belong to a session, not to an interaction.
pub(super) const SESSION: &str = "session";

/// What the form of a page must bring back: a token for each of the `secrets` in this browser's
/// cookies, good for `purpose` alone.
///
/// On plain http another program on the host may have set one of the secrets, and so knows its token.
/// A form therefore speaks only for the cookies whose tokens it brings: see [`proven`].
pub(super) fn csrf(secrets: &[Secret], purpose: &str) -> String {
    let token = |secret: &Secret| secret.derive(&format!("csrf {purpose}")).expose().to_owned();
    secrets.iter().map(token).collect::<Vec<_>>().join(".")
}

/// Those of `secrets` whose tokens for `purpose` are in `csrf`.
pub(super) fn proven(secrets: &[Secret], csrf: &str, purpose: &str) -> Vec<Secret> {
    let tokens: Vec<_> = csrf.split('.').take(secrets.len()).map(Secret::new).collect();
    let is_proven = |secret: &&Secret| {
        let expected = secret.derive(&format!("csrf {purpose}")).digest();
        tokens.iter().any(|token| expected.matches(token))
    };
    secrets.iter().filter(is_proven).cloned().collect()
}
