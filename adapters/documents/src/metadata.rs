//! The metadata of a client, as a document. Every member has a default, because documents of an
//! earlier version lack those that were added later.

use domain::{
    Algorithm, ApplicationType, ClientMetadata, GrantType, RedirectUri, ResourceUri, Scope,
};
use serde::{Deserialize, Serialize};

use crate::Malformed;
use crate::{names, redirect_uris, resources, texts};

/// The metadata of a client.
#[derive(Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Document {
    client_name: Option<String>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    grant_types: Vec<String>,
    application_type: Option<String>,
    id_token_algorithm: Option<String>,
    scope: Option<String>,
    resources: Option<Vec<String>>,
    client_uri: Option<String>,
    logo_uri: Option<String>,
    tos_uri: Option<String>,
    policy_uri: Option<String>,
    contacts: Vec<String>,
    jwks_uri: Option<String>,
    jwks: Option<String>,
    software_id: Option<String>,
    software_version: Option<String>,
}

impl From<ClientMetadata> for Document {
    fn from(metadata: ClientMetadata) -> Self {
        let resources = metadata.resources.as_ref();
        Self {
            redirect_uris: texts(&metadata.redirect_uris, RedirectUri::as_str),
            post_logout_redirect_uris: texts(
                &metadata.post_logout_redirect_uris,
                RedirectUri::as_str,
            ),
            grant_types: texts(&metadata.grant_types, |grant| grant.as_str()),
            application_type: metadata.application_type.map(|kind| kind.as_str().to_owned()),
            id_token_algorithm: metadata.id_token_algorithm.map(|it| it.as_str().to_owned()),
            scope: metadata.scope.as_ref().map(Scope::to_string),
            resources: resources.map(|list| texts(list, ResourceUri::as_str)),
            client_name: metadata.client_name,
            client_uri: metadata.client_uri,
            logo_uri: metadata.logo_uri,
            tos_uri: metadata.tos_uri,
            policy_uri: metadata.policy_uri,
            contacts: metadata.contacts,
            jwks_uri: metadata.jwks_uri,
            jwks: metadata.jwks,
            software_id: metadata.software_id,
            software_version: metadata.software_version,
        }
    }
}

impl TryFrom<Document> for ClientMetadata {
    type Error = Malformed;

    fn try_from(document: Document) -> Result<Self, Malformed> {
        let application_type = document.application_type.as_slice();
        let id_token_algorithm = document.id_token_algorithm.as_slice();
        Ok(Self {
            redirect_uris: redirect_uris(document.redirect_uris),
            post_logout_redirect_uris: redirect_uris(document.post_logout_redirect_uris),
            grant_types: names(&document.grant_types, GrantType::from_wire)?,
            application_type: names(application_type, ApplicationType::from_wire)?.pop(),
            id_token_algorithm: names(id_token_algorithm, Algorithm::from_wire)?.pop(),
            scope: document.scope.map(|list| Scope::restore(&list)).transpose()?,
            resources: document.resources.map(resources),
            client_name: document.client_name,
            client_uri: document.client_uri,
            logo_uri: document.logo_uri,
            tos_uri: document.tos_uri,
            policy_uri: document.policy_uri,
            contacts: document.contacts,
            jwks_uri: document.jwks_uri,
            jwks: document.jwks,
            software_id: document.software_id,
            software_version: document.software_version,
        })
    }
}
