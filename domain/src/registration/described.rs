//! Metadata that decides nothing here.

use url::Url;

use super::refuse;
use crate::{ClientMetadata, OAuthError};

const LONGEST_JWKS: usize = 32 * 1024;

/// Metadata that is stored and shown, and decides nothing.
#[derive(Clone, Debug, Default)]
pub struct Described {
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

impl Described {
    /// Checks that everything can be stored and shown.
    pub(super) fn check(self) -> Result<ClientMetadata, OAuthError> {
        let texts = [
            ("client_name", &self.client_name, 200),
            ("software_id", &self.software_id, 200),
            ("software_version", &self.software_version, 200),
        ];
        for (member, text, most) in texts {
            check_text(member, text.as_deref(), most)?;
        }
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
        for contact in &self.contacts {
            check_text("contacts", Some(contact), 320)?;
        }
        Ok(ClientMetadata {
            client_name: self.client_name,
            client_uri: self.client_uri,
            logo_uri: self.logo_uri,
            tos_uri: self.tos_uri,
            policy_uri: self.policy_uri,
            contacts: self.contacts,
            jwks_uri: self.jwks_uri,
            jwks: self.jwks,
            software_id: self.software_id,
            software_version: self.software_version,
            ..ClientMetadata::default()
        })
    }
}

/// Characters that are not seen, but turn or join what is (Unicode, general category Cf): with them
/// one name can be made to look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn check_text(member: &str, text: Option<&str>, most: usize) -> Result<(), OAuthError> {
    match text {
        Some(text) if text.trim().is_empty() || text.chars().count() > most => {
            Err(refuse(format!("`{member}` must have 1 to {most} characters")))
        }
        Some(text) if text.chars().any(|c| c.is_control() || is_invisible(c)) => {
            Err(refuse(format!("`{member}` has a control character or an invisible one")))
        }
        _ => Ok(()),
    }
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
