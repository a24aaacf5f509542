//! Time and chance.

use domain::{Secret, Timestamp};

/// The time of day. Only `adapters/system` reads it for real.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
}

/// Unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `buf`. There is no error: a machine without randomness cannot serve.
    fn fill(&self, buf: &mut [u8]);
}

impl dyn Entropy + '_ {
    /// Random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A bearer secret: 256 bits, so that its digest may be stored and looked up.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::from_random(&self.bytes())
    }

    /// The text of a fresh identifier: 128 bits, so that nobody meets or guesses another's.
    #[must_use]
    pub fn id(&self) -> String {
        domain::identifier(&self.bytes())
    }
}
