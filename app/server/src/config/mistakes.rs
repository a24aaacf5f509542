//! Everything that is wrong with a configuration, told at once.

use std::fmt;

use super::ConfigError;

/// The mistakes of a configuration, in the order in which they were found; at least one.
#[derive(Debug)]
pub(crate) struct Mistakes(Vec<String>);

/// Collects the mistakes of a configuration.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<String>);

impl Findings {
    /// Notes what is wrong, if anything is, and returns what was found right. Several checks may come
    /// upon the same mistake; it is told once.
    pub(crate) fn note<T>(&mut self, outcome: Result<T, ConfigError>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(error.to_string());
                None
            }
        }
    }

    /// Notes a mistake.
    pub(crate) fn add(&mut self, mistake: String) {
        if !self.0.contains(&mistake) {
            self.0.push(mistake);
        }
    }

    /// The value, unless anything was wrong.
    ///
    /// # Errors
    ///
    /// Everything that was noted.
    pub(crate) fn into_result<T>(self, value: T) -> Result<T, Mistakes> {
        if self.0.is_empty() { Ok(value) } else { Err(Mistakes(self.0)) }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_slice() {
            [only] => f.write_str(only),
            several => {
                write!(f, "the configuration has {} mistakes:", several.len())?;
                several.iter().try_for_each(|mistake| write!(f, "\n  - {mistake}"))
            }
        }
    }
}

impl std::error::Error for Mistakes {}
