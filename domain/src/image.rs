//! Pictures that a page may show.

use std::fmt;

use base64::{Engine, prelude::BASE64_STANDARD};

/// A small bitmap. What it is was seen in its bytes, whatever anybody says of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Image {
    /// The most bytes an image has: more than any sensible logo needs.
    pub const LARGEST: usize = 64 * 1024;

    /// The image that `bytes` are: PNG, JPEG, GIF or WebP, and at most [`Image::LARGEST`] long.
    #[must_use]
    pub fn recognise(bytes: Vec<u8>) -> Option<Self> {
        if bytes.len() > Self::LARGEST {
            return None;
        }
        Some(Self { media_type: media_type(&bytes)?, bytes })
    }

    /// The image in a `data:` URL (RFC 2397), if it is in base64.
    #[must_use]
    pub fn from_data_url(url: &str) -> Option<Self> {
        let data = url.strip_prefix("data:")?;
        let (media_type, data) = data.split_once(";base64,")?;
        if !media_type.starts_with("image/") || data.len() > Self::LARGEST.div_ceil(3) * 4 {
            return None;
        }
        Self::recognise(BASE64_STANDARD.decode(data).ok()?)
    }

    /// The image as a `data:` URL, so that a page shows it without asking anybody.
    #[must_use]
    pub fn to_data_url(&self) -> String {
        format!("data:{};base64,{}", self.media_type, BASE64_STANDARD.encode(&self.bytes))
    }
}

/// The media type of `bytes`, if it is one that cannot carry a script.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

    #[test]
    fn an_image_is_what_its_bytes_say() {
        let seen = |bytes: &[u8]| Image::recognise(bytes.to_vec()).map(|image| image.media_type);
        assert_eq!(seen(PNG), Some("image/png"));
        assert_eq!(seen(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(seen(b"GIF89a.."), Some("image/gif"));
        assert_eq!(seen(b"RIFF\0\0\0\0WEBPVP8 "), Some("image/webp"));
        for other in [b"".as_slice(), b"<svg xmlns=", b"<html>", b"RIFF\0\0\0\0WAVE", b"RIFF"] {
            assert_eq!(seen(other), None, "{other:?}");
        }
    }

    #[test]
    fn an_image_survives_its_way_through_a_data_url() {
        let image = Image::recognise(PNG.to_vec()).expect("a PNG");
        let url = image.to_data_url();
        assert!(url.starts_with("data:image/png;base64,"), "{url}");
        assert_eq!(Image::from_data_url(&url), Some(image));
    }

    #[test]
    fn what_is_no_bitmap_in_base64_or_is_too_large_is_no_image() {
        let mut large = PNG.to_vec();
        large.resize(Image::LARGEST, 0);
        let largest = Image::recognise(large.clone()).expect("just small enough").to_data_url();
        assert!(Image::from_data_url(&largest).is_some());
        large.push(0);
        assert_eq!(Image::recognise(large.clone()), None);
        let bad = [
            "https://tracker.example/logo.png".to_owned(),
            "data:image/svg+xml;base64,PHN2Zz4=".to_owned(),
            "data:image/png;base64,\"><script>".to_owned(),
            "data:image/png,%89PNG".to_owned(),
            "data:text/html;base64,iVBORw0KGgo=".to_owned(),
            format!("data:image/png;base64,{}", BASE64_STANDARD.encode(large)),
        ];
        for url in bad {
            assert_eq!(Image::from_data_url(&url), None, "{url:.40}");
        }
    }
}
