//! The form of a token request, before anybody knows whether its grant type is honoured here.

use std::borrow::Cow;

use domain::{EnabledGrants, OAuthError};
use poem_openapi::{
    registry::{MetaSchemaRef, Registry},
    types::Type,
};

use super::request::TokenRequest;
use crate::params::{FromParams, Params};

/// A token request whose parameters are not read yet, since which of them there must be depends on
/// `grant_type`. It is described as the request that it holds.
#[derive(Debug)]
pub(super) struct TokenForm(Params);

impl TokenForm {
    /// Reads the request.
    ///
    /// # Errors
    ///
    /// `unsupported_grant_type` comes before every other objection.
    pub(super) fn read(self, grants: &EnabledGrants) -> Result<TokenRequest, OAuthError> {
        let grant = grants.requested(self.0.require("grant_type")?)?;
        TokenRequest::of(grant, self.0)
    }
}

impl FromParams for TokenForm {
    fn from_params(params: Params) -> Result<Self, OAuthError> {
        Ok(Self(params))
    }
}

impl Type for TokenForm {
    const IS_REQUIRED: bool = TokenRequest::IS_REQUIRED;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        TokenRequest::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        TokenRequest::schema_ref()
    }

    fn register(registry: &mut Registry) {
        TokenRequest::register(registry);
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}
