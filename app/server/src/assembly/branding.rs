//! The name, the logo and the texts that pages show for the operator.

use std::fs;

use domain::{Branding, Image, legible, shortened};

use crate::config::{Config, ConfigError};

/// The longest name that has room above the host.
const LONGEST_NAME: usize = 60;
/// The longest text that does not push the form off the page.
const LONGEST_HELP: usize = 300;

/// Reads the name, the logo and where people find help.
///
/// # Errors
///
/// [`ConfigError::Wrong`] if a text cannot be seen or is too long, if the logo cannot be read or is no
/// image that a page may show, or if an address is of a kind that pages do not link to.
pub(super) fn branding(config: &Config) -> Result<Branding, ConfigError> {
    Ok(Branding {
        name: config.branding.name.as_deref().map(name).transpose()?,
        logo: config.branding.logo.as_deref().map(logo).transpose()?,
        password_help: config.branding.password_help.as_deref().map(password_help).transpose()?,
        password_help_uri: config
            .branding
            .password_help_uri
            .as_deref()
            .map(help_uri)
            .transpose()?,
    })
}

fn name(raw: &str) -> Result<String, ConfigError> {
    let wrong = |reason: &str| Err(ConfigError::wrong("branding.name", reason));
    let name = legible(raw);
    if name.is_empty() {
        return wrong("it has no character that can be seen; leave it out to show the host alone");
    }
    if shortened(&name, LONGEST_NAME).is_some() {
        return wrong("it is longer than 60 characters, which do not fit above a page");
    }
    Ok(name)
}

fn password_help(raw: &str) -> Result<String, ConfigError> {
    let wrong = |reason: &str| Err(ConfigError::wrong("branding.password_help", reason));
    let text = legible(raw);
    if text.is_empty() {
        return wrong("it has no character that can be seen; leave it out for the usual text");
    }
    if text.chars().count() > LONGEST_HELP {
        return wrong("it is longer than 300 characters");
    }
    Ok(text)
}

fn help_uri(raw: &str) -> Result<String, ConfigError> {
    let is_plain = raw.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain && (raw.starts_with("https://") || raw.starts_with("mailto:")) {
        return Ok(raw.to_owned());
    }
    let reason = "it must be an `https://` or `mailto:` address";
    Err(ConfigError::wrong("branding.password_help_uri", reason))
}

fn logo(raw: &str) -> Result<Image, ConfigError> {
    let wrong = |reason: String| ConfigError::wrong("branding.logo", reason);
    let image = if raw.starts_with("data:") {
        Image::from_data_url(raw)
    } else {
        let bytes =
            fs::read(raw).map_err(|error| wrong(format!("{raw} cannot be read: {error}")))?;
        Image::recognise(bytes)
    };
    image.ok_or_else(|| {
        wrong(
            "it must be a PNG, JPEG, GIF or WebP image of at most 64 KiB; convert any other"
                .to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::BrandingSection;

    fn read(name: Option<&str>, logo: Option<&str>) -> Result<Branding, String> {
        let (name, logo) = (name.map(str::to_owned), logo.map(str::to_owned));
        let section = BrandingSection { name, logo, ..BrandingSection::default() };
        let config = Config { branding: section, ..Config::default() };
        branding(&config).map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_setting_there_is_neither_name_nor_logo() {
        assert_eq!(read(None, None), Ok(Branding::default()));
    }

    #[test]
    fn a_logo_is_a_file_or_a_data_url() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("logo.gif");
        fs::write(&file, b"GIF89a").expect("written");
        let image = Image::recognise(b"GIF89a".to_vec());
        for logo in [file.to_str().expect("a name"), "data:image/gif;base64,R0lGODlh"] {
            assert_eq!(read(None, Some(logo)).expect("an image").logo, image, "{logo}");
        }
    }

    #[test]
    fn help_is_a_text_that_can_be_seen_and_an_address_that_a_page_may_link_to() {
        let read = |text: &str, uri: &str| {
            let section = BrandingSection {
                password_help: Some(text.to_owned()),
                password_help_uri: Some(uri.to_owned()),
                ..BrandingSection::default()
            };
            let config = Config { branding: section, ..Config::default() };
            branding(&config).map(|read| (read.password_help, read.password_help_uri))
        };
        let (text, uri) = read(" Ask IT. ", "mailto:it@example.com").expect("fit");
        assert_eq!(text.as_deref(), Some("Ask IT."));
        assert_eq!(uri.as_deref(), Some("mailto:it@example.com"));
        let long = "n".repeat(301);
        for (text, uri, expected) in [
            ("\u{200b}", "https://help.example/", "`branding.password_help`"),
            (long.as_str(), "https://help.example/", "300 characters"),
            ("Ask IT.", "javascript:alert(1)", "`branding.password_help_uri`"),
            ("Ask IT.", "https://help.example/a b", "`branding.password_help_uri`"),
        ] {
            let error = read(text, uri).expect_err("refused").to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn a_mistake_names_the_setting_and_what_to_do() {
        let long = "n".repeat(61);
        let cases = [
            (Some("\u{200b}"), None, "branding.name"),
            (Some(long.as_str()), None, "60 characters"),
            (None, Some("nowhere/logo.png"), "nowhere/logo.png cannot be read"),
            (None, Some("data:image/svg+xml;base64,PHN2Zz4="), "PNG, JPEG, GIF or WebP"),
        ];
        for (name, logo, expected) in cases {
            let error = read(name, logo).expect_err("refused");
            assert!(error.contains(expected), "{error}");
        }
    }
}
