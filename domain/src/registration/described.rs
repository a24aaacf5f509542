//! Metadata that decides nothing here.

use url::Url;

use super::refuse;
use crate::{ClientMetadata, OAuthError, legible};

const LONGEST_JWKS: usize = 32 * 1024;

/// Metadata that is stored and shown, and decides nothing.
#[derive(Clone, Debug, Default)]
pub struct DescriptiveMetadata {
    /// RFC 7591 §2.
    pub client_name: Option<String>,
    /// RFC 7591 §2.
    pub client_uri: Option<String>,
    /// RFC 7591 §2.
    pub logo_uri: Option<String>,
    /// RFC 7591 §2.
    pub tos_uri: Option<String>,
    /// RFC 7591 §2.
    pub policy_uri: Option<String>,
    /// RFC 7591 §2.
    pub contacts: Vec<String>,
    /// RFC 7591 §2.
    pub jwks_uri: Option<String>,
    /// RFC 7591 §2: a JWK set, as JSON text.
    pub jwks: Option<String>,
    /// RFC 7591 §2.
    pub software_id: Option<String>,
    /// RFC 7591 §2.
    pub software_version: Option<String>,
}

impl DescriptiveMetadata {
    /// Checks that everything can be stored, and drops from texts what cannot be seen.
    pub(super) fn check(self) -> Result<ClientMetadata, OAuthError> {
        let uris = [
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("tos_uri", &self.tos_uri),
            ("policy_uri", &self.policy_uri),
            ("jwks_uri", &self.jwks_uri),
        ];
        for (member, uri) in uris {
            check_web_uri(member, uri.as_deref())?;
        }
        if self.jwks.is_some() && self.jwks_uri.is_some() {
            return Err(refuse("`jwks` and `jwks_uri` exclude each other"));
        }
        if self.jwks.as_ref().is_some_and(|keys| keys.len() > LONGEST_JWKS) {
            return Err(refuse(format!("`jwks` is longer than {LONGEST_JWKS} bytes")));
        }
        if self.contacts.len() > 20 {
            return Err(refuse("`contacts` has more than 20 entries"));
        }
        let contact = |contact| text("contacts", Some(contact), 320).transpose();
        Ok(ClientMetadata {
            client_name: text("client_name", self.client_name, 200)?,
            client_uri: self.client_uri,
            logo_uri: self.logo_uri,
            tos_uri: self.tos_uri,
            policy_uri: self.policy_uri,
            contacts: self.contacts.into_iter().filter_map(contact).collect::<Result<_, _>>()?,
            jwks_uri: self.jwks_uri,
            jwks: self.jwks,
            software_id: text("software_id", self.software_id, 200)?,
            software_version: text("software_version", self.software_version, 200)?,
            ..ClientMetadata::default()
        })
    }
}

/// The visible part of a text, if there is any; it is registered as it will be shown.
fn text(member: &str, raw: Option<String>, most: usize) -> Result<Option<String>, OAuthError> {
    let seen = raw.map(|raw| legible(&raw)).filter(|seen| !seen.is_empty());
    if seen.as_ref().is_some_and(|seen| seen.chars().count() > most) {
        return Err(refuse(format!("`{member}` must have at most {most} characters")));
    }
    Ok(seen)
}

fn check_web_uri(member: &str, uri: Option<&str>) -> Result<(), OAuthError> {
    let Some(raw) = uri else { return Ok(()) };
    let lawful = Url::parse(raw).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.username().is_empty()
            && url.password().is_none()
    });
    if lawful && raw.len() <= 2048 {
        Ok(())
    } else {
        Err(refuse(format!("`{member}` must be an http or https URL")))
    }
}
