//! Sign-in requests on their way through the browser, sealed.

use std::{fmt, sync::Arc};

use domain::SignInRequest;
use ports::{
    inbound::SealedRequest,
    outbound::{RequestSealer, Sealer},
};
use serde::{Deserialize, Serialize};

use crate::{interaction::Begun, read, write};

/// The owner that requests are sealed for. The number is that of the document's form: a request that
/// was sealed in another form does not open.
const OWNER: &str = "sign-in request 2";

#[derive(Deserialize, Serialize)]
struct Document {
    id: String,
    #[serde(flatten)]
    begun: Begun,
}

/// Writes sign-in requests as documents and seals those.
pub struct SealedRequests(Arc<dyn Sealer>);

impl SealedRequests {
    /// Seals by `sealer`.
    #[must_use]
    pub fn new(sealer: Arc<dyn Sealer>) -> Self {
        Self(sealer)
    }
}

impl fmt::Debug for SealedRequests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedRequests")
    }
}

impl RequestSealer for SealedRequests {
    fn seal(&self, request: SignInRequest) -> SealedRequest {
        let SignInRequest { id, browser, purpose, created_at } = request;
        let begun = Begun::new(&browser, created_at, purpose);
        let document = write(&Document { id: id.as_str().to_owned(), begun });
        SealedRequest(self.0.seal(OWNER, document.as_bytes()))
    }

    fn open(&self, sealed: &SealedRequest) -> Option<SignInRequest> {
        let text = self.0.open(OWNER, &sealed.0).ok()?;
        let document: Document = read(std::str::from_utf8(&text).ok()?).ok()?;
        document.begun.read(document.id).ok()
    }
}
