//! Bearer tokens (RFC 6750 §2.1).

use std::marker::PhantomData;

use domain::Secret;
use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions, SecurityScheme, auth, registry::Registry,
};

use crate::{basic::Authorization, body::malformed, failure::BearerFailure};

/// An access token that this server has issued.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "access_token")]
pub(crate) struct Access(#[expect(dead_code, reason = "only its schema is used")] auth::Bearer);

/// An initial access token, which the operator hands out to those who may register clients (RFC
/// 7591 §3).
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "initial_access_token")]
pub(crate) struct Initial(#[expect(dead_code, reason = "only its schema is used")] auth::Bearer);

/// The registration access token that a client receives in the registration response, for reading,
/// updating and deleting its own registration (RFC 7592 §1.2).
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "registration_access_token")]
pub(crate) struct Registration(
    #[expect(dead_code, reason = "only its schema is used")] auth::Bearer,
);

/// A bearer token that is required, documented as the scheme `S`.
#[derive(Debug)]
pub(crate) struct Bearer<S>(pub(crate) Secret, PhantomData<fn() -> S>);

impl<'a, S: ApiExtractor<'a>> ApiExtractor<'a> for Bearer<S> {
    const TYPES: &'static [ApiExtractorType] = S::TYPES;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        S::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        S::security_schemes()
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let token = token(request)?.ok_or_else(BearerFailure::missing)?;
        Ok(Self(token, PhantomData))
    }
}

/// A bearer token that is optional, documented as the scheme `S`.
#[derive(Debug)]
pub(crate) struct MaybeBearer<S>(pub(crate) Option<Secret>, PhantomData<fn() -> S>);

impl<'a, S: ApiExtractor<'a>> ApiExtractor<'a> for MaybeBearer<S> {
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
        true
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(token(request)?, PhantomData))
    }
}

/// The token in the `Authorization` header. Another scheme is no bearer token (RFC 6750 §3.1); a
/// malformed header is a malformed request.
fn token(request: &Request) -> Result<Option<Secret>, BearerFailure> {
    let refuse = || BearerFailure::from(malformed("malformed `Authorization` header"));
    let Authorization::Sent(header) = Authorization::of(request.headers()) else {
        return Ok(None);
    };
    let (scheme, token) = header.and_then(|it| it.split_once(' ')).ok_or_else(refuse)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    match token.trim() {
        "" => Err(refuse()),
        token => Ok(Some(Secret::new(token))),
    }
}
