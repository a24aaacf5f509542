//! Time and randomness.

use domain::{Secret, Timestamp};

/// The wall clock. Only `adapters/system` reads the real one.
pub trait Clock: Send + Sync {
    /// The present time.
    fn now(&self) -> Timestamp;
}

/// A source of cryptographically secure random bytes.
pub trait Entropy: Send + Sync {
    /// Fills `buf` with random bytes. There is no error: a machine without randomness cannot serve.
    fn fill(&self, buf: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// Returns random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Generates a bearer secret of 256 random bits, so that its plain digest may be stored and
    /// looked up.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::from_random(&self.bytes())
    }

    /// Generates the text of an identifier of 128 random bits, which is neither guessed nor
    /// repeated.
    #[must_use]
    pub fn id(&self) -> String {
        domain::identifier(&self.bytes())
    }
}
