//! The logo of a client on a page.

use domain::Image;

/// The logo of a client on a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Logo {
    /// An image, as a `data:` URL.
    Image(String),
    /// The first letter of the client's name.
    Letter(String),
}

/// The logo of a client: its image, or the first letter of its name.
pub(super) fn logo(image: Option<&Image>, name: &str) -> Logo {
    image.map_or_else(|| Logo::Letter(initial(name)), |image| Logo::Image(image.to_data_url()))
}

fn initial(name: &str) -> String {
    let letter = name.chars().find(|c| c.is_alphanumeric());
    letter.map_or_else(|| "?".to_owned(), |letter| letter.to_uppercase().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_without_an_image_is_shown_as_a_letter() {
        let image = Image::recognise(b"GIF89a".to_vec());
        assert_eq!(
            logo(image.as_ref(), "notes"),
            Logo::Image("data:image/gif;base64,R0lGODlh".to_owned())
        );
        for (name, letter) in [("«notes»", "N"), ("…", "?"), ("ßoo", "SS")] {
            assert_eq!(logo(None, name), Logo::Letter(letter.to_owned()), "{name}");
        }
    }
}
