//! The extractor of forms that belong to a session.

use poem::{Request, RequestBody, Result};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaRequest, Registry},
    types::Type,
};
use ports::inbound::Browser;

use super::{
    form::{CsrfProtected, PageForm},
    frame::Frame,
    page_error::PageError,
    visit::{InSession, SESSION, Visitor},
};
use crate::params::FromParams;

/// A form of a signed-in browser. Its content is accessible only by [`open`](Self::open), which
/// verifies the CSRF token.
pub(super) struct SessionForm<T> {
    visitor: Visitor,
    form: PageForm<T>,
}

/// A form whose CSRF token is valid.
pub(super) struct Opened<T> {
    /// The sender of the form.
    pub(super) visitor: Visitor,
    /// The browser, with the sessions alone that the CSRF token proves.
    pub(super) browser: Browser,
    /// The content of the form.
    pub(super) form: T,
}

impl<T: CsrfProtected> SessionForm<T> {
    /// Verifies the CSRF token.
    ///
    /// # Errors
    ///
    /// The form cannot be read, or no page has made it for a session of this browser.
    pub(super) fn open(self, frame: &Frame) -> Result<Opened<T>, PageError> {
        let mut browser = self.visitor.browser(frame);
        let form = self.form.open(&mut browser.sessions, SESSION)?;
        Ok(Opened { visitor: self.visitor, browser, form })
    }
}

impl<'a, T: FromParams + Type> ApiExtractor<'a> for SessionForm<T> {
    const TYPES: &'static [ApiExtractorType] =
        &[ApiExtractorType::SecurityScheme, ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        InSession::register(registry);
        PageForm::<T>::register(registry);
    }

    fn security_schemes() -> Vec<&'static str> {
        InSession::security_schemes()
    }

    fn has_security_fallback() -> bool {
        InSession::has_security_fallback()
    }

    fn request_meta() -> Option<MetaRequest> {
        PageForm::<T>::request_meta()
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        let member = InSession::from_request(request, body, options.clone()).await?;
        let form = PageForm::from_request(request, body, options).await?;
        Ok(Self { visitor: member.0, form })
    }
}
