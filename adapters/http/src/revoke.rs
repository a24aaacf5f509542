//! `POST /oauth/revoke` (RFC 7009).

use std::sync::Arc;

use poem_openapi::{ApiResponse, OpenApi};
use ports::inbound::Revoke;

use crate::{
    client_request::ClientRequest, failure::OAuthFailure, introspect::TokenParams, tags::Tag,
};

/// The revocation endpoint.
pub(crate) struct RevokeApi {
    revoke: Arc<dyn Revoke>,
}

impl RevokeApi {
    pub(crate) fn new(revoke: Arc<dyn Revoke>) -> Self {
        Self { revoke }
    }
}

#[OpenApi(tag = "Tag::Tokens")]
impl RevokeApi {
    /// Revoke an access token or refresh token (RFC 7009)
    ///
    /// A token that is unknown, no longer valid or another client's is no error (RFC 7009 §2.2).
    #[oai(path = "/oauth/revoke", method = "post", operation_id = "revokeToken")]
    async fn revoke(
        &self,
        request: ClientRequest<TokenParams>,
    ) -> Result<RevokeResponse, OAuthFailure> {
        let ClientRequest { client, content: token, source } = request;
        self.revoke.revoke(client, token, &source).await?;
        Ok(RevokeResponse::Ended)
    }
}

#[derive(ApiResponse)]
enum RevokeResponse {
    /// The token is not valid any more.
    #[oai(status = 200)]
    Ended,
}
