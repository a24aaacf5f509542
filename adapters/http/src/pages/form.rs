//! Query and form extractors of the pages. They never fail by themselves, so that the endpoint can
//! tell errors on a page.

use domain::Secret;
use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaRequest, MetaSchemaRef, Registry},
    types::Type,
};

use super::{page_error::PageError, visit::proven};
use crate::{
    failure::Unreadable,
    params::{FromParams, Params, form},
};

/// The query of a page, documented as one exploded object: OpenAPI's way of describing parameters
/// each under its own name. Holds the query, or the reason why it cannot be read.
#[derive(Debug)]
pub(super) struct PageQuery<T>(pub(super) Result<T, Unreadable>);

impl<'a, T: FromParams + Type> ApiExtractor<'a> for PageQuery<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Some(MetaParamIn::Query)
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Some(T::schema_ref())
    }

    async fn from_request(
        request: &'a Request,
        _: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let read = Params::decode(request.uri().query().unwrap_or_default());
        Ok(Self(read.and_then(T::from_params).map_err(Unreadable::from)))
    }
}

/// The form of a page, whose origin is not verified yet. It is read by a method that depends on its
/// type: [`CrossSite`] or [`CsrfProtected`].
#[derive(Debug)]
pub(super) struct PageForm<T>(Result<T, Unreadable>);

impl<'a, T: FromParams + Type> ApiExtractor<'a> for PageForm<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        form::register::<T>(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(form::described::<T>(true))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(form::read(request, body).await))
    }
}

/// A form without a CSRF token: a client may send it, or its content is protected otherwise.
pub(super) trait CrossSite {}

impl<T: CrossSite> PageForm<T> {
    /// The form, regardless of its origin.
    pub(super) fn read(self) -> Result<T, PageError> {
        Ok(self.0?)
    }
}

/// A form that only pages of this server send.
pub(super) trait CsrfProtected {
    /// The CSRF token that the page put into the form.
    fn csrf(&self) -> Option<&str>;
}

impl<T: CsrfProtected> PageForm<T> {
    /// The form, if its CSRF token was made for `purpose` and for one of `secrets`. Only those that
    /// the token proves remain in `secrets`.
    pub(super) fn open(self, secrets: &mut Vec<Secret>, purpose: &str) -> Result<T, PageError> {
        let form = self.0?;
        *secrets = proven(secrets, form.csrf().unwrap_or_default(), purpose);
        if secrets.is_empty() { Err(PageError::Forged) } else { Ok(form) }
    }
}

/// Implements [`CsrfProtected`] for structs that have a field `csrf`. A list whose values come from
/// numbered checkboxes is named behind the form.
macro_rules! guarded {
    ($($form:ident $([$list:literal])?),*) => {$(
        impl $crate::params::FromParams for $form {
            fn from_params(params: $crate::params::Params) -> Result<Self, domain::OAuthError> {
                params$(.gather($list))?.parse()
            }
        }

        impl $crate::pages::form::CsrfProtected for $form {
            fn csrf(&self) -> Option<&str> {
                self.csrf.as_deref()
            }
        }
    )*};
}
pub(super) use guarded;
