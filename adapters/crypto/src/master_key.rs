//! The one secret that everything else at rest hangs from.

use std::fmt;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_URL_SAFE_NO_PAD,
};
use domain::Secret;
use hkdf::Hkdf;
use ports::outbound::Entropy;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Base64, padded or not.
const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// 256 bits that are never used themselves: every purpose has a key derived from them (RFC 5869).
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Takes custody of a key.
    #[must_use]
    pub fn new(raw: [u8; 32]) -> Self {
        Self(Zeroizing::new(raw))
    }

    /// Makes a key.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self::new(entropy.bytes())
    }

    /// Reads a key: 32 bytes in hexadecimal, base64 or base64url.
    ///
    /// # Errors
    ///
    /// [`MalformedMasterKey`] if it is anything else.
    pub fn parse(text: &Secret) -> Result<Self, MalformedMasterKey> {
        let text = text.expose().trim();
        let raw = if text.len() == 64 { from_hex(text) } else { from_base64(text) };
        let raw = Zeroizing::new(raw.ok_or(MalformedMasterKey)?);
        <[u8; 32]>::try_from(raw.as_slice()).map(Self::new).map_err(|_| MalformedMasterKey)
    }

    /// The key as text that [`MasterKey::parse`] reads, to be kept where only the server reads it.
    #[must_use]
    pub fn to_text(&self) -> Secret {
        Secret::new(BASE64_URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }

    /// The key for one purpose. No two purposes share one, and none tells anything of another.
    #[must_use]
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.expand("purpose", purpose)
    }

    /// A key of a kind, for a name: `kind` has no zero byte, so no two pairs meet.
    pub(crate) fn expand<const N: usize>(&self, kind: &str, name: &str) -> [u8; N] {
        let mut key = [0; N];
        let info = [kind.as_bytes(), &[0], name.as_bytes()];
        Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand_multi_info(&info, &mut key)
            .expect("a key is shorter than HKDF can make");
        key
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let standard = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    let url_safe = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);
    standard.decode(text).or_else(|_| url_safe.decode(text)).ok()
}

/// Not a master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 bytes in hexadecimal, base64 or base64url")]
pub struct MalformedMasterKey;

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes 0 to 31.
    const COUNTING: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

    fn parse(text: &str) -> Result<MasterKey, MalformedMasterKey> {
        MasterKey::parse(&Secret::new(text))
    }

    #[test]
    fn a_key_is_read_however_it_is_written() {
        let key = MasterKey::new([0xfb; 32]);
        let written = [
            "fb".repeat(32),
            "FB".repeat(32),
            format!("{}+/s", "+/v7".repeat(10)),
            format!("{}+/s=\n", "+/v7".repeat(10)),
            format!("{}-_s=", "-_v7".repeat(10)),
            key.to_text().expose().to_owned(),
        ];
        for text in written {
            assert_eq!(parse(&text).expect(&text).0, key.0, "{text}");
        }
    }

    #[test]
    fn what_has_not_32_bytes_is_refused() {
        for text in [
            "",
            "short",
            &"0".repeat(63),
            &"g".repeat(64),
            &"A".repeat(42),
            &format!("a{}0", "ä".repeat(31)),
        ] {
            assert_eq!(parse(text).expect_err("refused"), MalformedMasterKey, "{text}");
        }
    }

    #[test]
    fn what_is_derived_stays_the_same_over_releases() {
        let key = parse(COUNTING).expect("hexadecimal");
        let derived = key.derive("refresh-tags");
        assert_eq!(
            BASE64_URL_SAFE_NO_PAD.encode(derived),
            "8RF3VwrFlLeRGS0TjdcH2aEFPDxfINSvBL93wZlZ0A4"
        );
        assert_ne!(derived, key.derive("other"));
        assert_ne!(derived, key.expand("owner", "refresh-tags"));
    }

    #[test]
    fn a_key_is_never_printed() {
        assert_eq!(format!("{:?}", MasterKey::new([1; 32])), "MasterKey(..)");
    }
}
