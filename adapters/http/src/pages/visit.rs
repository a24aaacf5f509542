//! A browser at our door.

use std::marker::PhantomData;

use domain::{Origin, Secret};
use poem::{Request, RequestBody, Result, http::header, web::cookie::CookieJar};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, SecurityScheme, auth::ApiKey,
    registry::Registry,
};
use ports::inbound::Browser;

use super::frame::Frame;
use crate::{origin::Caller, security::Holder};

/// More of a `User-Agent` than anybody needs to recognise a browser by.
const USER_AGENT: usize = 256;

/// The cookie of a signed-in browser. Under https its name begins with `__Host-`.
#[derive(SecurityScheme)]
#[oai(ty = "api_key", key_name = "portcullis-session", key_in = "cookie", rename = "session")]
pub(super) struct SessionCookie(#[expect(dead_code, reason = "only its schema is used")] ApiKey);

/// The cookie of an interaction that began in this browser. Its name goes on with a number and with
/// the interaction's; under https it begins with `__Host-`.
#[derive(SecurityScheme)]
#[oai(ty = "api_key", key_name = "portcullis-i", key_in = "cookie", rename = "interaction")]
pub(super) struct InteractionCookie(
    #[expect(dead_code, reason = "only its schema is used")] ApiKey,
);

/// Whatever browser it is: a session is looked for, and may be missing.
pub(super) type Guest = Visit<Holder<SessionCookie>>;

/// A browser in which the interaction must have begun.
pub(super) type Participant = Visit<InteractionCookie>;

/// A browser that must have a session.
pub(super) type Member = Visit<SessionCookie>;

/// What a browser sends along with whatever it asks, documented as the scheme `S`.
pub(super) struct Visit<S>(pub(super) Visitor, PhantomData<fn() -> S>);

/// What a browser sends along with whatever it asks.
pub(super) struct Visitor {
    /// Its cookies, and those it is to get.
    pub(super) jar: CookieJar,
    user_agent: Option<String>,
    origin: Origin,
}

impl<'a, S: ApiExtractor<'a>> ApiExtractor<'a> for Visit<S> {
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
        let visitor = Visitor { jar: request.cookie().clone(), user_agent, origin };
        Ok(Self(visitor, PhantomData))
    }
}

impl Visitor {
    /// The browser, as the application knows it, outside any interaction.
    pub(super) fn browser(&self, frame: &Frame) -> Browser {
        Browser {
            session: frame.cookies.session(&self.jar),
            proof: None,
            user_agent: self.user_agent.clone(),
            origin: self.origin.clone(),
        }
    }

    /// Whether it has a session cookie, whatever that may be worth.
    pub(super) fn has_session(&self, frame: &Frame) -> bool {
        frame.cookies.session(&self.jar).is_some()
    }
}

/// What a page's form must bring back, made of a secret that only this browser has.
pub(super) fn csrf(secret: Option<&Secret>) -> String {
    secret.map(|secret| secret.derive("csrf").expose().to_owned()).unwrap_or_default()
}
