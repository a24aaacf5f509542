//! `GET` and `POST /oauth/userinfo` (OIDC Core §5.3).

use std::sync::Arc;

use domain::{OAuthError, Secret};
use poem_openapi::{ApiResponse, Object, OpenApi};
use ports::inbound::{UserInfo, UserInfoClaims};
use serde::Deserialize;

use crate::{
    bearer::{Access, Bearer, MaybeBearer},
    body::malformed,
    failure::BearerFailure,
    origin::Caller,
    params::{FromParams, MaybeForm, Params},
    payload::Json,
    tags::Tag,
};

/// The UserInfo endpoint.
pub(crate) struct UserInfoApi {
    user_info: Arc<dyn UserInfo>,
}

impl UserInfoApi {
    pub(crate) fn new(user_info: Arc<dyn UserInfo>) -> Self {
        Self { user_info }
    }

    async fn tell(&self, token: Secret, caller: Caller) -> Result<UserInfoResponse, BearerFailure> {
        let claims = self.user_info.claims(token, &caller.0).await?;
        Ok(UserInfoResponse::Claims(Json(claims.into())))
    }
}

#[OpenApi(tag = "Tag::Tokens")]
impl UserInfoApi {
    /// Get UserInfo claims about the signed-in person (OIDC Core §5.3)
    ///
    /// The claims that the scopes `openid`, `profile` and `email` of the access token give access
    /// to.
    #[oai(path = "/oauth/userinfo", method = "get", operation_id = "getUserInfo")]
    async fn get(
        &self,
        token: Bearer<Access>,
        caller: Caller,
    ) -> Result<UserInfoResponse, BearerFailure> {
        self.tell(token.0, caller).await
    }

    /// Get UserInfo claims, with the access token in the header or the body
    ///
    /// The token must be sent in exactly one of the two places (RFC 6750 §2).
    #[oai(path = "/oauth/userinfo", method = "post", operation_id = "postUserInfo")]
    async fn post(
        &self,
        header: MaybeBearer<Access>,
        form: MaybeForm<UserInfoParams, BearerFailure>,
        caller: Caller,
    ) -> Result<UserInfoResponse, BearerFailure> {
        let sent = form.0.and_then(|form| form.access_token).map(Secret::new);
        match (header.0, sent) {
            (Some(token), None) | (None, Some(token)) => self.tell(token, caller).await,
            (Some(_), Some(_)) => Err(malformed("the access token is sent in two places").into()),
            (None, None) => Err(BearerFailure::missing()),
        }
    }
}

/// The body of a UserInfo request (RFC 6750 §2.2).
#[derive(Debug, Deserialize, Object)]
struct UserInfoParams {
    /// The access token, if it is not in the `Authorization` header.
    access_token: Option<String>,
}

impl FromParams for UserInfoParams {
    fn from_params(params: Params) -> Result<Self, OAuthError> {
        params.parse()
    }
}

#[derive(ApiResponse)]
enum UserInfoResponse {
    /// The claims about the person.
    #[oai(status = 200)]
    Claims(Json<UserInfoBody>),
}

/// UserInfo claims (OIDC Core §5.1).
#[derive(Debug, Object)]
#[oai(rename = "UserInfo", skip_serializing_if_is_none)]
struct UserInfoBody {
    /// The subject identifier of the person, as in the ID token.
    sub: String,
    /// The display name.
    name: Option<String>,
    /// The user name.
    preferred_username: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// Whether the e-mail address was verified.
    email_verified: Option<bool>,
}

impl From<UserInfoClaims> for UserInfoBody {
    fn from(UserInfoClaims { subject, person }: UserInfoClaims) -> Self {
        Self {
            sub: subject.to_string(),
            name: person.name,
            preferred_username: person.preferred_username,
            email: person.email,
            email_verified: person.email_verified,
        }
    }
}
