//! Query and form extractors of the pages. They never fail by themselves, so that the endpoint can
//! tell errors on a page.

use std::{error, fmt};

use domain::Secret;
use poem::{Request, RequestBody, Result, error::ResponseError, http::StatusCode};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaRequest, MetaSchemaRef, Registry},
    types::Type,
};

use super::{page_error::PageError, visit::proven};
use crate::{
    body::malformed,
    failure::Unreadable,
    params::{FromParams, OAuthForm, OAuthQuery},
};

type Query<T> = OAuthQuery<T, Carried>;
type Form<T> = OAuthForm<T, Carried>;

/// The query of a page, or the reason why it cannot be read.
#[derive(Debug)]
pub(super) struct PageQuery<T>(pub(super) Result<T, Unreadable>);

impl<'a, T: FromParams + Type> ApiExtractor<'a> for PageQuery<T> {
    const TYPES: &'static [ApiExtractorType] = Query::<T>::TYPES;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        Query::<T>::register(registry);
    }

    fn param_in() -> Option<MetaParamIn> {
        Query::<T>::param_in()
    }

    fn param_schema_ref() -> Option<MetaSchemaRef> {
        Query::<T>::param_schema_ref()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let read = Query::<T>::from_request(request, body, options).await;
        Ok(Self(read.map(|query| query.0).map_err(Carried::unload)))
    }
}

/// The form of a page, whose origin is not verified yet. It is read by a method that depends on its
/// type: [`CrossSite`] or [`CsrfProtected`].
#[derive(Debug)]
pub(super) struct PageForm<T>(Result<T, Unreadable>);

impl<'a, T: FromParams + Type> ApiExtractor<'a> for PageForm<T> {
    const TYPES: &'static [ApiExtractorType] = Form::<T>::TYPES;

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        Form::<T>::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Form::<T>::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let read = Form::<T>::from_request(request, body, options).await;
        Ok(Self(read.map(|form| form.0).map_err(Carried::unload)))
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

/// What is wrong with a request, on its way out of an extractor.
#[derive(Debug)]
struct Carried(Unreadable);

impl Carried {
    fn unload(error: poem::Error) -> Unreadable {
        let carried = error.downcast::<Self>();
        carried.map_or_else(|_| malformed("the request cannot be read").into(), |carried| carried.0)
    }
}

impl From<Unreadable> for Carried {
    fn from(unreadable: Unreadable) -> Self {
        Self(unreadable)
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request cannot be read")
    }
}

impl error::Error for Carried {}

impl ResponseError for Carried {
    fn status(&self) -> StatusCode {
        StatusCode::BAD_REQUEST
    }
}
