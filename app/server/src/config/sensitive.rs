//! Values that are not printed, and need not stand in the file.

use std::{env, fmt, fs, path::PathBuf};

use domain::Secret;
use serde::Deserialize;

/// A credential that is shorter could be guessed, and only its digest is kept.
const SHORTEST_CREDENTIAL: usize = 32;

/// A secret: in place, in a file, or in an environment variable: `"..."`, `{ file = "..." }` or
/// `{ env = "..." }`. Never printed.
#[derive(Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(untagged)]
pub(crate) enum Sensitive {
    /// In a file.
    File(InFile),
    /// In an environment variable.
    Env(InEnv),
    /// In place.
    Inline(String),
}

/// The secret is in a file; a newline at its end is not part of it.
#[derive(Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct InFile {
    file: PathBuf,
}

/// The secret is in an environment variable.
#[derive(Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(deny_unknown_fields)]
pub(crate) struct InEnv {
    env: String,
}

impl Sensitive {
    /// Reads the secret.
    ///
    /// # Errors
    ///
    /// A sentence that names the file or the variable.
    pub(crate) fn read(&self) -> Result<Secret, String> {
        let secret = self.fetch()?;
        // An unset variable often arrives as an empty one, and an empty secret is none.
        if secret.expose().trim().is_empty() {
            return Err("it is empty".to_owned());
        }
        Ok(secret)
    }

    /// Reads a secret that programs show to be let in. No slow hash protects it, so it must be beyond
    /// guessing.
    ///
    /// # Errors
    ///
    /// A sentence that says how to make a good one.
    pub(crate) fn read_credential(&self) -> Result<Secret, String> {
        let secret = self.read()?;
        if secret.expose().chars().count() < SHORTEST_CREDENTIAL {
            return Err(format!(
                "it must have {SHORTEST_CREDENTIAL} characters at least; make one with `openssl rand -hex 32`"
            ));
        }
        Ok(secret)
    }

    fn fetch(&self) -> Result<Secret, String> {
        match self {
            Self::Inline(secret) => Ok(Secret::new(secret)),
            Self::Env(InEnv { env: name }) => match env::var(name) {
                Ok(secret) => Ok(Secret::new(secret)),
                Err(_) => Err(format!("the environment variable {name} is not set")),
            },
            Self::File(InFile { file }) => match fs::read_to_string(file) {
                Ok(secret) => Ok(Secret::new(secret.trim_end())),
                Err(error) => Err(format!("the file {} cannot be read: {error}", file.display())),
            },
        }
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(InFile { file }) => f.debug_tuple("File").field(file).finish(),
            Self::Env(InEnv { env }) => f.debug_tuple("Env").field(env).finish(),
            Self::Inline(_) => f.write_str("Inline(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_that_could_be_guessed_is_refused() {
        let read = |length| Sensitive::Inline("ö".repeat(length)).read_credential();
        assert!(read(SHORTEST_CREDENTIAL).is_ok());
        let refused = read(SHORTEST_CREDENTIAL - 1).expect_err("too short");
        assert!(refused.contains("32 characters") && !refused.contains('ö'), "{refused}");
    }
}
