//! Members of a registration that are sent empty.

use super::{DescriptiveMetadata, RegistrationRequest};

impl RegistrationRequest {
    /// The same without members that hold only blanks, which some clients send for what they do not
    /// have: they count as absent, as a parameter without a value does (RFC 6749 §3.1).
    #[must_use]
    pub fn without_blanks(self) -> Self {
        let DescriptiveMetadata {
            client_name,
            client_uri,
            logo_uri,
            tos_uri,
            policy_uri,
            contacts,
            jwks_uri,
            jwks,
            software_id,
            software_version,
        } = self.described;
        Self {
            redirect_uris: filled(self.redirect_uris),
            post_logout_redirect_uris: filled(self.post_logout_redirect_uris),
            token_endpoint_auth_method: text(self.token_endpoint_auth_method),
            token_endpoint_auth_methods_supported: filled(
                self.token_endpoint_auth_methods_supported,
            ),
            grant_types: self.grant_types.map(filled),
            response_types: self.response_types.map(filled),
            application_type: text(self.application_type),
            id_token_signed_response_alg: text(self.id_token_signed_response_alg),
            software_statement: text(self.software_statement),
            described: DescriptiveMetadata {
                client_name: text(client_name),
                client_uri: text(client_uri),
                logo_uri: text(logo_uri),
                tos_uri: text(tos_uri),
                policy_uri: text(policy_uri),
                contacts: filled(contacts),
                jwks_uri: text(jwks_uri),
                jwks,
                software_id: text(software_id),
                software_version: text(software_version),
            },
            scope: text(self.scope),
            page: self.page,
        }
    }
}

fn text(member: Option<String>) -> Option<String> {
    member.filter(|text| !text.trim().is_empty())
}

fn filled(list: Vec<String>) -> Vec<String> {
    list.into_iter().filter(|text| !text.trim().is_empty()).collect()
}
