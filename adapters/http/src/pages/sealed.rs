//! Sealed authorization requests, carried by forms.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::InteractionError;
use ports::inbound::{SealedRequest, SignIn};

use super::{
    answer::Taken, dead_end::DeadEnd, frame::Frame, page_error::PageError, sign_in::Attempt,
    visit::Visitor,
};

/// Encodes a sealed request for a form field.
pub(super) fn pack(request: &SealedRequest) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&request.0)
}

/// Decodes a sealed request from a form field; `None` if it is absent or malformed.
pub(super) fn unpack(field: Option<&str>) -> Option<SealedRequest> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(field?).ok()?;
    (!sealed.is_empty()).then_some(SealedRequest(sealed))
}

impl Frame {
    /// Answers a form that failed with `trouble`: if its interaction has expired, with the sign-in
    /// page for the request that the form carries and with the `reason`, so that a new interaction
    /// starts.
    pub(super) async fn begin_anew(
        &self,
        visitor: &Visitor,
        sign_in: &dyn SignIn,
        request: Option<SealedRequest>,
        reason: &'static str,
        trouble: PageError,
    ) -> Result<Taken, PageError> {
        use InteractionError::{Expired, Unknown};
        let Some(request) = request else { return Err(trouble) };
        let PageError::DeadEnd(DeadEnd::Interaction(Expired | Unknown)) = trouble else {
            return Err(trouble);
        };
        let page = sign_in.show(&request, &visitor.browser(self)).await?;
        let attempt = Attempt { username: String::new(), reason };
        Ok(Taken::Again(self.sign_in(visitor, &page, Some(&attempt))))
    }
}
