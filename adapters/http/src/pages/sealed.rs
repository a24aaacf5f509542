//! Sealed authorization requests, carried by forms.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ports::inbound::SealedRequest;

/// Encodes a sealed request for a form field.
pub(super) fn pack(request: &SealedRequest) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(&request.0)
}

/// Decodes a sealed request from a form field; `None` if it is absent or malformed.
pub(super) fn unpack(field: Option<&str>) -> Option<SealedRequest> {
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(field?).ok()?;
    (!sealed.is_empty()).then_some(SealedRequest(sealed))
}
